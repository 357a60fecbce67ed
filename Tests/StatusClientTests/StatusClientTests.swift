import Fixtures
import Glibc
import StatusAPI
import StatusClient
import Synchronization
import Testing

@Suite struct StatusClientTests {
  private static let ok = "HTTP/1.1 200 OK\r\nSteward-API: 1\r\n"
  private static let version = VersionBody(version: "1.2.3", api: 1)

  /// What a client makes of an answer.
  private func ask(
    _ pieces: [String], thenWaits: Bool = false, patience: Duration = .seconds(10)
  ) async throws -> Result<VersionBody, StatusClientError> {
    let server = try CannedServer(pieces, thenWaits: thenWaits)
    defer { server.end() }
    let client = StatusClient(path: server.path, patience: patience)
    return try await onOwnThread {
      do throws(StatusClientError) {
        return .success(try client.ask(.version).body)
      } catch {
        return .failure(error)
      }
    }
  }

  private func words(_ result: Result<VersionBody, StatusClientError>) -> String {
    switch result {
    case .success(let body): "\(body)"
    case .failure(let error): "\(error)"
    }
  }

  @Test(
    "an answer is read however it is framed and cut",
    arguments: [
      ["Content-Length: 28\r\n\r\n{\"api\":1,\"version\":\"1.2.3\"}\n"],
      ["content-length:28\r\n\r\n", "{\"api\":1,", "\"version\":", "\"1.2.3\"}\n"],
      [
        "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"api\r\n18;x=y\r\n\":1,\"version\":\"1.2.3\"}\n\n\r\n0\r\n\r\n"
      ],
      [
        "Transfer-Encoding: chunked\r", "\n\r\n1", "c\r\n{\"api\":1,\"ver", "sion\":\"1.2.3\"}\n\r",
        "\n0\r\nTrailer: x\r\n\r\n",
      ],
      ["\r\n{\"api\":1,\"version\":\"1.2.3\"}"],
    ])
  func framings(_ pieces: [String]) async throws {
    let result = try await ask(
      ["HTTP/1.1 200 OK\r\n", "Steward-API: 1\r\n" + pieces[0]] + pieces.dropFirst())
    #expect(result == .success(StatusClientTests.version), "\(words(result))")
  }

  @Test("what a terminal would act on is shown, not done, whoever said it, and `--json` has it as it came")
  func visible() async throws {
    let said = #"{"api":1,"version":"\u001b[2J\u009Bé\u202eb\n\t👩‍👩‍👧 \ud83d\ude00 \\ \" ü"}"# + "\n"
    let raw = "\u{1B}]0;PWNED\u{7}"
    let shown = #"\u{1B}[2J\u{9B}é\u{202E}b\u{A}\u{9}👩‍👩‍👧 😀 \ " ü"#
    for text in [said, said.replacing("é", with: "\u{61C}é")] {
      let server = try CannedServer([Self.ok + "Content-Length: \(text.utf8.count)\r\n\r\n", text])
      defer { server.end() }
      let client = StatusClient(path: server.path)
      let received = try await onOwnThread { try client.ask(.version) }
      #expect(received.body.version.replacing(#"\u{61C}"#, with: "") == shown)
      #expect(received.bytes == Array(text.utf8))
    }
    let error = #"{"code":"x","message":"\u001b]0;PWNED\u0007"}"#
    let refused = try await ask(
      ["HTTP/1.1 409 Conflict\r\nSteward-API: 1\r\nContent-Length: \(error.utf8.count)\r\n\r\n", error])
    #expect(words(refused) == #"\u{1B}]0;PWNED\u{7}"#)
    let other = try await ask(["HTTP/1.1 200 OK\r\nSteward-API: \(raw)\r\nContent-Length: 2\r\n\r\n{}"])
    #expect(!words(other).contains("\u{1B}"))
    let secret = #"{"resource":"a/secrets/B","value":"-----\nü\u001b"}"#
    let server = try CannedServer([Self.ok + "Content-Length: \(secret.utf8.count)\r\n\r\n", secret])
    defer { server.end() }
    let client = StatusClient(path: server.path)
    let revealed = try await onOwnThread { try client.ask(.reveal("a/secrets/B")).body.value }
    #expect(revealed == "-----\nü\u{1B}")
  }

  @Test("a daemon that is not there, and a path that is none, get words that help")
  func unreachable() async throws {
    func words(_ path: String) -> String {
      do throws(StatusClientError) {
        return "\(try StatusClient(path: path).ask(.version).body)"
      } catch {
        return "\(error)"
      }
    }
    #expect(
      words("/nonexistent/s")
        == "no daemon at /nonexistent/s: is stewardd running? (--socket or STEWARD_SOCKET names another path)"
    )
    #expect(words("/etc/hostname").hasPrefix("no daemon at /etc/hostname"))
    #expect(words("/" + String(repeating: "x", count: 200)).hasSuffix("no socket can have this path"))
    #expect(words("").hasSuffix("no socket can have this path"))
  }

  @Test("what is no stewardd, or another version of it, is said to be so")
  func strangers() async throws {
    let json = "Content-Length: 2\r\n\r\n{}"
    #expect(
      words(try await ask(["HTTP/1.1 200 OK\r\nSteward-API: 2\r\n" + json])).contains("speaks version 2"))
    #expect(words(try await ask(["HTTP/1.1 200 OK\r\n" + json])).contains("it names no version"))
    #expect(words(try await ask(["220 smtp ready\r\n\r\n"])).contains("it is not HTTP"))
    #expect(words(try await ask([StatusClientTests.ok + json])).contains("another than expected"))
    #expect(words(try await ask([StatusClientTests.ok + "Content-Length: x\r\n\r\n"])).contains("no number"))
    #expect(
      words(try await ask([StatusClientTests.ok + "Transfer-Encoding: chunked\r\n\r\nzz\r\n"])).contains(
        "no number"))
  }

  @Test("an answer that breaks off or does not come is an error in time")
  func broken() async throws {
    #expect(words(try await ask([""])).contains("broke off"))
    #expect(
      words(try await ask([StatusClientTests.ok + "Content-Length: 99\r\n\r\n{"])).contains("broke off"))
    #expect(
      words(try await ask([StatusClientTests.ok + "Transfer-Encoding: chunked\r\n\r\n5\r\n{"])).contains(
        "broke off"))
    let late = try await ask([StatusClientTests.ok], thenWaits: true, patience: .seconds(1))
    #expect(words(late).hasSuffix("no answer within 1 s"))
  }

  @Test("a refusal is the daemon's own words")
  func refusal() async throws {
    let body = #"{"code":"forbidden","hint":"ask dora","message":"you may not"}"#
    let result = try await ask([
      "HTTP/1.1 403 Forbidden\r\nSteward-API: 1\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    ])
    #expect(
      result
        == .failure(
          .refused(status: 403, ErrorBody(code: "forbidden", message: "you may not", hint: "ask dora"))))
    #expect(words(result) == "you may not (ask dora)")
  }

  @Test("a stream is read line by line, and one without its last line has broken off")
  func stream() async throws {
    let lines = [
      "{\"heartbeat\":\"2026-11-23T12:00:00Z\"}\n", "{\"ended\":\"stewardd stops\"}\n",
    ]
    for (pieces, ends) in [(lines, true), ([lines[0]], false)] {
      let server = try CannedServer([StatusClientTests.ok + "\r\n"] + pieces)
      defer { server.end() }
      let client = StatusClient(path: server.path)
      let seen = Mutex<[FollowLine]>([])
      let failure: StatusClientError? = try await onOwnThread {
        do throws(StatusClientError) {
          try client.follow(.follow()) { line in
            seen.withLock { $0.append(line.body) }
            return true
          }
          return nil
        } catch {
          return error
        }
      }
      #expect(seen.withLock(\.count) == pieces.count)
      #expect(failure == (ends ? nil : .brokenOff(path: server.path)))
    }
  }

  @Test("the socket is what the option says, else the environment, else the standard path")
  func resolving() {
    #expect(SocketPath.resolve(option: "/a", environment: ["STEWARD_SOCKET": "/b"]) == "/a")
    #expect(SocketPath.resolve(option: nil, environment: ["STEWARD_SOCKET": "/b"]) == "/b")
    #expect(
      SocketPath.resolve(option: "", environment: ["STEWARD_SOCKET": ""]) == "/run/steward/steward.sock")
  }

  @Test("names and values are encoded in a query")
  func encoding() {
    #expect(Endpoint.why("a b/c&d=é").target == "/v1/why?resource=a%20b%2Fc%26d%3D%C3%A9")
  }
}
