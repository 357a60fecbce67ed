import Calendar
import Fixtures
import Reconciliation
import StatusAPI
import StatusServer
import Testing

@Suite struct RequestTests {
  @Test("every request becomes an event with the caller's name")
  func requests() async throws {
    try await serving { served in
      await served.town.tell(adopted("staging", ["north": "always"]))
      served.town.introduce(0, as: Caller(name: "dora", roles: ["developers", "qa"], isOwner: false))
      let until = monday + .seconds(600)
      let north = "staging/shutters/north"
      let asked: [(String, RequestBody, EventKind)] = [
        ("close", RequestBody(scope: "staging", until: until, reason: "a storm"), .closed),
        ("end", RequestBody(scope: "staging"), .ended),
        ("open", RequestBody(scope: north, until: until, reason: "a visit"), .opened),
        ("suspend", RequestBody(scope: "staging/shutters", reason: "painting"), .suspended),
        ("resume", RequestBody(scope: "staging/shutters"), .resumed),
        ("oil", RequestBody(scope: north, reason: "it squeaks"), .requested),
        ("reconcile", RequestBody(scope: "staging"), .requested),
      ]
      for (verb, body, kind) in asked {
        let answer = try await served.ask(.request(verb, body))
        let event = try #require(await served.town.log.first { $0.sequence == answer.sequence })
        #expect(event.kind == kind, "\(verb)")
        #expect(event.actor == "dora")
      }
      let secret = try await served.ask(.reveal(north))
      #expect(secret == RevealBody(resource: north, value: "secret of \(north)"))
      #expect(await served.town.log.last?.kind == .revealed)
    }
  }

  @Test("a refused request says why, in the status, the code and the words")
  func refusals() async throws {
    try await serving { served in
      await served.town.tell(adopted("staging", ["north": "always"]))
      let later = monday + .seconds(60)
      let refused: [(String, RequestBody, Int, String)] = [
        ("open", RequestBody(scope: "staging", reason: "x"), 400, "`until` is missing"),
        ("open", RequestBody(scope: "staging", until: monday, reason: "x"), 400, "not in the future"),
        ("open", RequestBody(scope: "staging", until: later), 400, "say why"),
        ("suspend", RequestBody(scope: "", reason: "x"), 400, "`scope` is no environment"),
        ("suspend", RequestBody(scope: "a/b/c/d", reason: "x"), 400, "`scope` is no environment"),
        ("suspend", RequestBody(scope: "staging", reason: "\u{1B}[2J"), 400, "control characters"),
        ("suspend", RequestBody(scope: "staging", reason: "a\u{202E}b"), 400, "not seen"),
        ("suspend", RequestBody(scope: "staging", reason: "a\u{2028}b"), 400, "not seen"),
        (
          "suspend", RequestBody(scope: "staging", reason: String(repeating: "x", count: 4001)), 400,
          "longer than"
        ),
        (
          "suspend", RequestBody(scope: "staging", reason: "a" + String(repeating: "\u{301}", count: 3000)),
          400, "longer than"
        ),
        (
          "reconcile", RequestBody(scope: "staging/shutters/" + String(repeating: "z", count: 16_400)), 400,
          "`scope` is no environment"
        ),
        ("oil", RequestBody(scope: "staging/shutters/no rth"), 400, "`scope` is no resource"),
        (
          "approve", RequestBody(scope: "staging/shutters/north", digest: String(repeating: "0", count: 65)),
          400, "`digest` is none"
        ),
        ("oil", RequestBody(scope: "staging"), 400, "`scope` is no resource"),
        ("fly", RequestBody(scope: "staging/shutters/north"), 400, "shutters cannot fly"),
        ("approve", RequestBody(scope: "staging/shutters/north"), 400, "`digest` is missing"),
        ("approve", RequestBody(scope: "staging/shutters/north", digest: "x"), 409, "waits for an approval"),
        ("resume", RequestBody(scope: "staging"), 409, "not suspended"),
        ("reconcile", RequestBody(scope: "nowhere"), 404, "there are: staging"),
      ]
      for (verb, body, status, words) in refused {
        let refusal = try await served.refusal(.request(verb, body))
        #expect(refusal.status == status, "\(verb) \(body)")
        #expect(
          "\(refusal.error.message) \(refusal.error.hint ?? "")".contains(words), "\(refusal.error.message)")
      }
    }
  }

  @Test("a body with a member that is not known is refused: a mistyped end must not suspend for good")
  func strictBody() async throws {
    try await serving { served in
      await served.town.tell(adopted("staging", ["north": "always"]))
      for (body, words) in [
        (#"{"scope":"staging","reason":"x","untill":"2026-11-23T20:00:00Z"}"#, "`untill`: no such member"),
        (#"{"reason":"x"}"#, "`scope` is missing"),
        (#"{"scope":7,"reason":"x"}"#, "`scope`: of another type"),
        (#"{"scope":"staging","until":"tomorrow","reason":"x"}"#, "no RFC 3339 timestamp"),
        (#"{"scope":"staging","reason":"x","scope":"nowhere"}"#, "each member once"),
        ("[]", "the body is not as it should be"), ("", "the body is not as it should be"),
        ("{", "the body is not as it should be"), ("\0", "the body is not as it should be"),
      ] {
        let peer = try RawPeer(served.path)
        peer.send(
          "POST /v1/requests/suspend HTTP/1.1\r\nHost: s\r\nConnection: close\r\n"
            + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
        let answer = try #require(try await onOwnThread { peer.read() })
        #expect(answer.hasPrefix("HTTP/1.1 400 "), "\(body)")
        #expect(answer.contains(words), "\(answer)")
      }
      #expect(await served.town.log.allSatisfy { $0.kind != .suspended })
    }
  }

  @Test("what the roles do not allow is refused, and that is an event")
  func forbidden() async throws {
    try await serving { served in
      await served.town.tell(adopted("staging", ["north": "always"], readers: ["developers", "qa"]))
      served.town.introduce(0, as: Caller(name: "quentin", roles: ["qa"], isOwner: false))
      let refusal = try await served.refusal(
        .request("suspend", RequestBody(scope: "staging", reason: "x")))
      #expect(refusal.status == 403)
      #expect(refusal.error.message == "quentin may not `suspend` in staging; these roles may: developers")
      served.town.introduce(0, as: Caller(name: "dora", roles: ["developers"], isOwner: false))
      #expect(try await served.refusal(.reveal("staging/shutters/north")).status == 403)
      #expect(await served.town.log.filter { $0.kind == .denied }.map(\.actor) == ["quentin", "dora"])
    }
  }
}
