import Fixtures
import FoundationEssentials
import Glibc
import Host
import Testing

/// A run of `peers`, which lies beside this file, as some user; ended with the test that holds it.
final class HostilePeers {
  private let pid: pid_t
  private let holding: Int32
  private let output: String

  init(_ scratch: Scratch, _ user: PeerUser, _ mode: String, _ arguments: String...) throws {
    let script = "\(scratch.folder)/bin/peers"
    if access(script, F_OK) != 0 {
      let text = try #require(try PlainFile.read(HostilePeers.source, bytesMax: 1 << 20))
      try scratch.write("bin/peers", String(decoding: text, as: UTF8.self), mode: 0o755)
    }
    output = "\(scratch.folder)/peers-\(user)-\(mode)"
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw HostError("make", "a pipe", code: errno) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(ends[0]) }
    holding = ends[1]
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    let command = user.command + [script, mode, scratch.socket] + arguments
    var pointers: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    var pid: pid_t = 0
    let result = posix_spawn(&pid, command[0], &actions, nil, &pointers, environ)
    guard result == 0 else { throw HostError("start", command[0], code: result) }
    self.pid = pid
  }

  deinit {
    close(holding)
    kill(pid, SIGKILL)
    var status: Int32 = 0
    waitpid(pid, &status, 0)
  }

  /// What it said so far, by lines.
  var lines: [Substring] {
    let bytes = (try? PlainFile.read(output, bytesMax: 16 << 20)) ?? []
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
  }

  private static let source = String(#filePath.dropLast("HostilePeers.swift".count)) + "peers"
}

extension Scratch {
  /// What the daemon holds in memory, in kilobytes.
  var residentKilobytes: Int {
    get throws {
      let daemon = try #require(daemon)
      let status = try #require(try PlainFile.read("/proc/\(daemon)/status", bytesMax: 1 << 16))
      let line = String(decoding: status, as: UTF8.self).split(separator: "\n").first {
        $0.hasPrefix("VmRSS:")
      }
      return try #require(line?.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) })
    }
  }

  /// How many descriptors the daemon has.
  var descriptors: Int {
    get throws {
      let daemon = try #require(daemon)
      return try FileManager.default.contentsOfDirectory(atPath: "/proc/\(daemon)/fd").count
    }
  }

  /// Asks for the status so many times as another user, each on a connection of its own. Returns the answers' codes
  /// and how long each took, from connecting to the last byte, in milliseconds.
  func ask(_ times: Int, as user: PeerUser) async throws -> [(code: String, milliseconds: Double)] {
    let result = try await SubprocessRunner().run(
      Command(
        user.command + [
          "/usr/bin/curl", "-s", "-o", "/dev/null", "-H", "Connection: close", "-w",
          "%{http_code} %{time_total}\n", "--unix-socket", socket, "http://steward/v1/status#[1-\(times)]",
        ], timeout: .seconds(120)))
    return result.output.text.split(separator: "\n").compactMap { line in
      let parts = line.split(separator: " ")
      guard parts.count == 2, let seconds = Double(parts[1]) else { return nil }
      return (String(parts[0]), seconds * 1000)
    }
  }

  /// Kills the one instance of dev's `web`, and waits for another.
  func expectReplacement() async throws {
    let killed = instances("dev/instances/web")
    for pid in killed { kill(pid, SIGKILL) }
    try await eventually("the dead instance is replaced; the daemon said at last:\n\(said.suffix(5_000))") {
      let now = self.instances("dev/instances/web")
      return now.count == 1 && now != killed
    }
  }
}
