import Specification
import Testing

@Suite("Reading the keys of a mapping")
struct MappingReaderTests {
  private func messages(_ node: SpecNode, _ body: (MappingReader) -> Void) -> [String] {
    let mistakes = Mistakes()
    MappingReader.read(node, path: "instances/web", mistakes: mistakes, body)
    return mistakes.all.map(\.description)
  }

  @Test("a key that nobody asked for is unknown, with the one that was meant")
  func unknownKey() {
    let node = mapping(["purge_at": quotes("03:00"), "colour": plain("red")])
    #expect(
      messages(node) { _ = $0.text("purge at") } == [
        "f.yaml:1:1: error: unknown key `purge_at` in instances/web, did you mean `purge at`?",
        "f.yaml:2:1: error: unknown key `colour` in instances/web; known are `purge at`",
      ])
  }

  @Test("a required key that is not there is missing, but not where its misspelling was found")
  func missingKey() {
    #expect(
      messages(mapping([:])) { _ = $0.command("run", .required) } == [
        "f.yaml:1:1: error: `run` is missing in instances/web"
      ])
    #expect(
      messages(mapping(["runn": plain("x")])) { _ = $0.command("run", .required) } == [
        "f.yaml:1:1: error: unknown key `runn` in instances/web, did you mean `run`?"
      ])
  }

  @Test("a known key beside a missing one that looks like it hides nothing")
  func nearKnownKey() {
    let node = mapping(["rpo": plain("5min")])
    let found = messages(node) { reader in
      _ = reader.span("rpo")
      _ = reader.span("rto", .required)
    }
    #expect(found == ["f.yaml:1:1: error: `rto` is missing in instances/web"])
  }

  @Test("what is no mapping is one mistake, however much is asked of it, and its text is not shown")
  func noMapping() {
    let found = messages(plain("hunter2")) { reader in
      _ = reader.command("run", .required)
      _ = reader.integer("port", in: 1...2, .required)
    }
    #expect(found == ["f.yaml:1:1: error: instances/web must be a mapping of keys, not text"])
  }

  @Test("every bad element of a list is a mistake of its own")
  func lists() {
    let node = mapping(["users": list(plain("on", line: 4), plain("qa", line: 5), plain("0x1", line: 6))])
    let found = messages(node) { #expect($0.strings("users") == nil) }
    #expect(found.map { $0.prefix(9) } == ["f.yaml:4:", "f.yaml:6:"])
  }

  @Test("names are names")
  func names() {
    let node = mapping(["0web": plain("a"), "web": plain("b"), "../x": plain("c")])
    let mistakes = Mistakes()
    let entries = MappingReader.entries(of: node, path: "instances", mistakes: mistakes)
    #expect(entries.map(\.name.text) == ["web"])
    #expect(mistakes.count == 2)
  }

  @Test("hours are a window, a list of them, or always, less the closed dates")
  func hours() {
    for open in [
      plain("Mon..Fri 07:00-20:00"), list(plain("Mon 07:00-20:00"), plain("Tue 08:00-12:00")),
      plain("always"),
    ] {
      let node = mapping(["open": open, "closed": list(plain("2026-12-24..2027-01-01"))])
      let found = messages(node) { #expect($0.hours(open: "open", closed: "closed") != nil) }
      #expect(found == [])
    }
  }

  @Test("of many mistakes in one file fifty are shown, by place, and the rest are counted")
  func manyMistakes() {
    let mistakes = Mistakes()
    for line in (1...60).reversed() {
      mistakes.add("m", at: Place(file: "a.yaml", line: line))
      mistakes.add("m", at: Place(file: "a.yaml", line: line))
    }
    mistakes.warn("w", at: Place(file: "b.yaml"))
    let all = mistakes.all
    #expect(all.count == 52)
    #expect(all[0].description == "a.yaml:1:1: error: m")
    #expect(all[50].description == "a.yaml:51:1: error: and 10 more")
    #expect(all[51].description == "b.yaml:1:1: warning: w")
    #expect(mistakes.hasErrors)
  }
}
