import Calendar
import Reconciliation
import Specification
import Testing

@testable import Certificates

@Suite("Reading certificates")
struct SpecTests {
  private func mapping(_ entries: KeyValuePairs<String, SpecNode>) -> SpecNode {
    SpecNode(
      place: place,
      content: .mapping(entries.map { SpecEntry(key: SpecKey($0.key, place: place), value: $0.value) }))
  }
  private func text(_ text: String) -> SpecNode {
    SpecNode(place: place, content: .scalar(SpecScalar(text, style: .quoted)))
  }
  private func list(_ words: String...) -> SpecNode {
    SpecNode(place: place, content: .list(words.map { text($0) }))
  }

  private func read(_ entries: KeyValuePairs<String, SpecNode>) -> (CertificatesSpec?, [String]) {
    let mistakes = Mistakes()
    let resources = CertificatesController.read(
      mapping(["web": mapping(entries)]), of: EnvironmentHeader(name: "dev", zone: .utc), mistakes: mistakes)
    return (resources.first?.spec, mistakes.all.map(\.message))
  }

  @Test("whole, with a unit to be reloaded")
  func whole() throws {
    let (spec, mistakes) = read([
      "hosts": list("WWW.example.org"), "from": text("https://ca.example/dir"),
      "email": text("ops@example.org"),
      "challenge": mapping(["webroot": text("/srv/acme")]), "file": text("/srv/tls.pem"),
      "reload": text("nginx.service"), "serves": text("[::1]:443"),
    ])
    #expect(mistakes.isEmpty)
    let read = try #require(spec)
    #expect(
      read.hosts == ["www.example.org"] && read.reload == ["/usr/bin/systemctl", "reload", "nginx.service"])
    #expect(read.authority?.challenge == .webroot("/srv/acme") && read.renewBefore.inDays == "30d")
  }

  @Test("what is renewed has its files for itself; what somebody else renews may be watched twice")
  func files() throws {
    func claims(_ entries: KeyValuePairs<String, SpecNode>) throws -> [String] {
      CertificatesController.claims(of: resource(try #require(read(entries).0))).map {
        "\($0.key) \($0.thing)"
      }
    }
    #expect(
      try claims([
        "hosts": list("b.example.org"), "from": text("https://ca.example/dir"),
        "email": text("o@example.org"),
        "challenge": mapping(["webroot": text("/srv/acme")]), "file": text("/srv/b.pem"),
        "key": text("/srv/a.pem"),
      ]) == ["file /srv/b.pem", "key /srv/a.pem"])
    #expect(
      try claims([
        "hosts": list("a.example.org"), "file": text("/srv/a.pem"), "serves": text("a.example.org:8443"),
      ]) == [])
  }

  @Test(
    "a host that could be anything else in a request is refused",
    arguments: [
      "a", "a..b", "-a.b", "a-.b", "a b.c", "a.b,IP:1.2.3.4", "a.b\nDNS:c.d", "192.0.2.1", "*.*.a.b", "a.*.b",
      "münchen.de",
      "a/b.c", String(repeating: "a", count: 64) + ".b", "",
    ])
  func hosts(host: String) {
    let (spec, mistakes) = read(["hosts": list(host), "serves": text("a.b:443")])
    #expect(spec == nil && !mistakes.isEmpty)
  }

  @Test(
    "an address, a URL, a mail address or a unit that is none is refused",
    arguments: [
      ("serves", "a.b"), ("serves", "a.b:0"), ("serves", "a.b:65536"), ("serves", "-connect:443"),
      ("serves", ":443"),
      ("serves", "::1:443"), ("from", "http://ca.example/dir"), ("from", "https:///dir"),
      ("from", "ca.example"),
      ("email", "ops"), ("email", "../x@y"), ("email", "-a@b"), ("reload", "nginx"),
      ("reload", "--now.service"),
      ("reload", "a b.service"),
    ])
  func values(key: String, value: String) {
    var entries: [(String, SpecNode)] = [
      ("hosts", list("a.b")), ("from", text("https://ca.example/dir")), ("email", text("o@a.b")),
      ("file", text("/f")), ("serves", text("a.b:443")), ("reload", text("nginx.service")),
    ]
    entries.removeAll { $0.0 == key }
    entries.append((key, text(value)))
    let mistakes = Mistakes()
    let node = SpecNode(
      place: place,
      content: .mapping(entries.map { SpecEntry(key: SpecKey($0.0, place: place), value: $0.1) }))
    _ = CertificatesController.read(
      mapping(["web": node]), of: EnvironmentHeader(name: "dev", zone: .utc), mistakes: mistakes)
    #expect(mistakes.hasErrors)
  }

  @Test("what belongs together is asked for together")
  func together() {
    #expect(
      read(["hosts": list("a.b"), "from": text("https://ca.example/dir"), "email": text("o@a.b")]).1.count
        == 1)
    #expect(
      read(["hosts": list("a.b"), "file": text("/f"), "from": text("https://ca.example/dir")]).1.count == 1)
    #expect(read(["hosts": list("a.b"), "file": text("/f"), "key": text("/f")]).1.count == 1)
    #expect(read(["hosts": list("a.b"), "file": text("/f"), "email": text("o@a.b")]).1.count == 1)
    let wildcard = read([
      "hosts": list("*.a.b"), "file": text("/f"), "from": text("https://ca.example/dir"),
      "email": text("o@a.b"),
    ])
    #expect(wildcard.1.count == 1 && wildcard.1[0].contains("dns"))
    #expect(read(["hosts": SpecNode(place: place, content: .list([]))]).1.count == 1)
  }
}
