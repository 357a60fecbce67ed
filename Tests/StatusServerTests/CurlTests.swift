import Fixtures
import Glibc
import Reconciliation
import StatusAPI
import Testing

/// Other programs and other users at the socket.
@Suite struct CurlTests {
  @Test("curl gets the status", .enabled(if: access("/usr/bin/curl", X_OK) == 0, "curl is not installed"))
  func curl() async throws {
    try await serving { served in
      await served.town.tell(adopted("staging", ["north": "always"]))
      let text = try await run("curl -sS --unix-socket \(served.path) http://steward/v1/status")
      #expect(text.contains("\"name\":\"staging\""))
      let head = try await run("curl -sSI --unix-socket \(served.path) http://steward/v1/status")
      #expect(head.hasPrefix("HTTP/1.1 200 OK"))
      #expect(head.lowercased().contains("steward-api: 1"))
    }
  }

  @Test(
    "curl that waits before it sends its body hears at once whether it is wanted",
    .enabled(if: access("/usr/bin/curl", X_OK) == 0, "curl is not installed"))
  func expectation() async throws {
    try await serving { served in
      await served.town.tell(adopted("staging", ["north": "always"]))
      // As long as curl is told to wait for the word, were it not given: the deadline fails the request.
      let post =
        "curl -sS -i --expect100-timeout 60 --max-time 30 -H 'Expect: 100-continue' "
        + "--unix-socket \(served.path) http://steward/v1/requests"
      let wanted = try await run("\(post)/suspend --json '{\"scope\":\"staging\",\"reason\":\"a storm\"}'")
      #expect(wanted.hasPrefix("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"), "\(wanted)")
      #expect(wanted.contains("\"sequence\":"))
      let large = served.folder.path("large")
      _ = try await run("head -c 2000000 /dev/zero >\(large)")
      let unwanted = try await run("\(post)/suspend --data-binary @\(large)")
      #expect(unwanted.hasPrefix("HTTP/1.1 413 "), "\(unwanted)")
      #expect(try await run("\(post) --data-binary x").hasPrefix("HTTP/1.1 404 "))
    }
  }

  @Test(
    "the kernel says who calls: another user, with its groups",
    .enabled(
      if: geteuid() == 0 && access("/usr/bin/setpriv", X_OK) == 0 && access("/usr/bin/curl", X_OK) == 0,
      "needs root, setpriv and curl"))
  func anotherUser() async throws {
    try await serving { served in
      await served.town.tell(adopted("staging", ["north": "always"]))
      let ask =
        "setpriv --reuid 65534 --regid 65534 --groups 4242,4243 "
        + "curl -sS --unix-socket \(served.path) http://steward/v1/status"
      let turnedAway = try await run(ask)
      #expect(turnedAway.contains("65534 may not read any environment"))
      let denial = try #require(await served.town.log.last)
      #expect(denial.kind == .denied)
      #expect(denial.actor == "65534")
      served.town.introduce(65534, as: Caller(name: "nobody", roles: ["developers"], isOwner: false))
      #expect(try await run(ask).contains("\"name\":\"staging\""))
      #expect(served.town.seen.contains(Town.Seen(uid: 65534, gid: 65534, groups: [4242, 4243])))
    }
  }

  /// What a command prints.
  private func run(_ command: String) async throws -> String {
    try await onOwnThread {
      guard let pipe = popen(command + " 2>&1", "r") else { throw Errno(code: errno) }
      defer { pclose(pipe) }
      var bytes: [UInt8] = []
      var chunk = [UInt8](repeating: 0, count: 65_536)
      while true {
        let count = fread(&chunk, 1, chunk.count, pipe)
        guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
        bytes += chunk.prefix(count)
      }
    }
  }
}
