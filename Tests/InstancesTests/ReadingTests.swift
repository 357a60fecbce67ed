import Calendar
import Instances
import Reconciliation
import Specification
import Testing

@Suite struct ReadingTests {
  @Test("every key is read") func everything() throws {
    let (resources, mistakes) = Fixture.read(
      .map([
        "web": .map([
          "run": .list(["/srv/web/bin/web", "--port", "{port}"]), "count": .text("2..3"),
          "port": .text("8080"),
          "folder": .text("/srv/web"), "open": .text("Mon..Fri 07:00-20:00"),
          "closed": .list(["2026-12-24..2027-01-01"]), "variables": .map(["POOL": .text("20")]),
          "secrets": .list(["B_KEY", "A_KEY"]), "stop within": .text("20s"), "ready after": .text("1min"),
        ])
      ]))
    #expect(mistakes == [])
    let spec = try #require(resources.first).spec
    #expect(spec.run == ["/srv/web/bin/web", "--port", "{port}"])
    #expect(spec.count == 2...3)
    #expect(spec.port == 8080)
    #expect(spec.folder == "/srv/web")
    #expect(spec.variables == ["POOL": "20"])
    #expect(spec.secrets == ["A_KEY", "B_KEY"])
    #expect(spec.stopWithin == .seconds(20))
    #expect(spec.readyAfter == .seconds(60))
    #expect(resources.first?.id == Fixture.id)
  }

  @Test("only `run` must be written; one instance runs always then") func defaults() throws {
    let (resources, mistakes) = Fixture.read(.map(["web": .map(["run": .list(["/bin/true"])])]))
    #expect(mistakes == [])
    let spec = try #require(resources.first).spec
    #expect(spec == InstancesSpec(run: ["/bin/true"]))
    #expect(spec.count == 1...1)
    #expect(spec.stopWithin == .seconds(10))
    #expect(spec.readyAfter == .seconds(2))
  }

  @Test(
    "what contradicts itself is refused with what is wrong",
    arguments: [
      (
        ["run": .list(["/bin/x", "{prot}"])],
        "`run`: unknown placeholder {prot}; known are {environment}, {index}, {name}, {port}"
      ),
      (["run": .list(["/bin/x", "{port}"])], "`run`: {port} needs a `port`"),
      (
        ["run": .list(["/bin/x"]), "port": .text("65535"), "count": .text("2")],
        "`port`: the last of 2 instances would get 65536; 65535 is the last"
      ),
      (
        ["run": .list(["/bin/x"]), "variables": .map(["KEY": .text("x")]), "secrets": .list(["KEY"])],
        "`variables`: `KEY` is one of `secrets` too"
      ),
      (
        [
          "run": .list(["/bin/x"]), "variables": .map(["KEY_PREVIOUS": .text("x")]),
          "secrets": .list(["KEY"]),
        ],
        "`variables`: `KEY_PREVIOUS` is kept for the secret's previous version"
      ),
      (
        ["run": .list(["/bin/x"]), "variables": .map(["STEWARD_REVISION": .text("x")])],
        "`variables`: `STEWARD_REVISION` begins with STEWARD_, which is the daemon's"
      ),
      (
        ["run": .list(["/bin/x"]), "port": .text("80"), "variables": .map(["PORT": .text("81")])],
        "`variables`: `PORT` is set by `port`"
      ),
      (
        ["run": .list(["/bin/x"]), "secrets": .list(["a-b"])],
        "`secrets`: `a-b` is no name of a variable, and the secret's name becomes one: letters, digits and `_` only"
      ),
      (["run": .list(["/bin/x"]), "stop within": .text("2h")], "`stop within`: at most 1h"),
    ] as [(KeyValuePairs<String, SpecNode>, String)])
  func refusals(_ entry: KeyValuePairs<String, SpecNode>, _ message: String) {
    let (resources, mistakes) = Fixture.read(.map(["web": .map(entry)]))
    #expect(mistakes == [message])
    #expect(resources.isEmpty)
  }

  @Test("braces around anything but a lower-case word stand for themselves") func braces() {
    let (resources, mistakes) = Fixture.read(
      .map(["web": .map(["run": .list(["/bin/x", #"{"a":{}}"#, "${HOME}", "{", "}{"])])]))
    #expect(mistakes == [])
    #expect(resources.count == 1)
  }
}
