import Calendar
import Reconciliation
import Testing

@testable import Secrets

@Suite("Reading the section secrets")
struct ReadingTests {
  @Test("a kind brings its period, its overlap and its length")
  func defaults() {
    let password = secret(["kind": "database-password"]).spec
    #expect(password.every?.description == "4w 2d")
    #expect(password.overlap.isZero)
    let key = secret(["kind": "api-key"]).spec
    #expect(key.every == TimeSpan(duration: days(90)))
    let signing = secret(["kind": "signing-key"]).spec
    #expect(signing.every == TimeSpan(months: 6))
    #expect(signing.overlap == TimeSpan(duration: days(1)))
    #expect(signing.length == 64)
  }

  @Test("all that is written is read")
  func everything() {
    let spec = secret([
      "kind": "api-key", "every": "2mo", "overlap": "1d", "length": 50, "file": "/srv/web/KEY.env",
      "rotate": ["/srv/bin/set", "--now"], "test": ["/srv/bin/test"], "in": "database/main", "role": "web",
    ]).spec
    #expect(spec.every == TimeSpan(months: 2))
    #expect(spec.length == 50)
    #expect(spec.file == "/srv/web/KEY.env")
    #expect(spec.rotate == ["/srv/bin/set", "--now"])
    #expect(spec.test == ["/srv/bin/test"])
    #expect(spec.server == "database/main")
    #expect(spec.role == "web")
    #expect(spec.canRotate)
  }

  @Test("a default overlap gives way to a shorter period")
  func clamped() {
    #expect(
      secret(["kind": "signing-key", "every": "1h"]).spec.overlap == TimeSpan(duration: .seconds(3600)))
  }

  static let refused: [(Written, String)] = [
    (["kind": "vault"], "none of `database-password`, `api-key`, `signing-key`, `token`, `fixed`"),
    ([:], "`kind` is missing"),
    (["kind": "api-key", "every": "30d", "overlap": "31d"], "longer than the period"),
    (["kind": "api-key", "every": "1mo", "overlap": "29d"], "longer than the period"),
    (["kind": "api-key", "every": "27d", "overlap": "1mo"], "longer than the period"),
    (["kind": "api-key", "every": "1s"], "too short"),
    (["kind": "api-key", "every": "90"], "no unit"),
    (["kind": "token"], "`every` is missing"),
    (["kind": "api-key", "length": 21], "from 22 to 256"),
    (["kind": "api-key", "value": "hunter2hunter2"], "`value` is for `kind: fixed` alone"),
    (["kind": "api-key", "in": "main"], "SECTION/NAME"),
    (["kind": "api-key", "role": "web"], "write the server too"),
    (["kind": "api-key", "rotate": "set-key"], "a command is a list"),
    (["kind": "api-key", "file": "KEY.env"], "absolute path"),
    (["kind": "api-key", "evry": "30d"], "did you mean `every`?"),
    (["kind": "fixed"], "`value` is missing"),
    (["kind": "fixed", "value": "demo", "every": "30d"], "never rotated"),
    (["kind": "fixed", "value": "demo", "rotate": ["/bin/true"]], "never rotated"),
    (["kind": "fixed", "value": "it's $HOME", "file": "/srv/x.env"], "readers of variable files"),
  ]

  @Test("what is wrong is refused with what was meant", arguments: refused)
  func mistakes(written: Written, message: String) {
    let (_, mistakes) = read(.mapping([("KEY", written)]))
    #expect(mistakes.count == 1, "\(mistakes)")
    #expect(mistakes.first?.contains(message) == true, "\(mistakes)")
  }

  @Test("periods and overlaps that only a long month would part are let through")
  func months() {
    #expect(read(["K": ["kind": "api-key", "every": "1mo", "overlap": "28d"]]).1 == [])
    #expect(read(["K": ["kind": "api-key", "every": "30d", "overlap": "30d"]]).1 == [])
  }

  @Test("a fixed value is refused where data is not synthetic, and never shown")
  func fixed() {
    for data in [EnvironmentHeader.DataKind.productionLike, .real] {
      let (_, mistakes) = read(["K": ["kind": "fixed", "value": "demo-key-12345"]], of: .staging(data: data))
      #expect(mistakes.count == 1)
      #expect(mistakes[0].contains("data is \(data.rawValue)"))
      #expect(!mistakes[0].contains("demo-key"))
    }
    let (_, mistakes) = read(["K": ["kind": "fixed", "value": "12:30"]])
    #expect(mistakes.count == 1)
    #expect(!mistakes[0].contains("12:30"))
    let spec = secret(["kind": "fixed", "value": "demo-key-12345"]).spec
    var dumped = ""
    dump(spec, to: &dumped)
    #expect(!"\(spec) \(String(reflecting: spec)) \(dumped)".contains("demo-key"))
  }

  @Test("a name that is no variable's is refused")
  func names() {
    #expect(read(["API-KEY": ["kind": "api-key"]]).1.first?.contains("API_KEY") == true)
  }

  @Test("a user of a cache has an overlap and no pause")
  func cache() {
    var header = EnvironmentHeader.staging()
    header.servers["cache/main"] = (["servers": ["10.0.0.1:6379"]] as Written).node()
    func written(_ key: String, _ value: Written) -> Written {
      .mapping([
        (
          "K",
          .mapping([
            ("kind", "database-password"), ("in", "cache/main"), ("role", "web"), (key, value),
          ])
        )
      ])
    }
    #expect(read(written("overlap", "2h"), of: header).1 == [])
    #expect(
      secret(["kind": "token", "every": "9d", "in": "cache/main", "role": "web"], of: header).spec.overlap
        .inDays == "1d")
    #expect(
      read(written("pause", "10s"), of: header).1.first?.contains("takes two passwords during the `overlap`")
        == true)
  }
}
