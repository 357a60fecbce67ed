import Fixtures
import FoundationEssentials
import Glibc

/// How long the slowest of a hundred answers takes, each on a connection of its own, while two other users hold 500
/// stuck connections and send 8 MB bodies, a million headers and pipelined questions one after the other: the peers of
/// the tests. HAProxy, which gives as much from memory, is beset by the same.
let socketBesidePeers = Benchmark(
  name: "socket-peers", title: "another user's p99 beside 500 stuck peers and two storms", unit: "ms",
  goals: [.value(.atMost(50))], plausible: 0.01...60_000
) { scratch, effort in
  guard geteuid() == 0 else {
    let why = "peers of other users can only be started by root"
    throw effort == .smoke && getenv("CI") == nil ? Skipped(why) : Program.Failed(description: why)
  }
  try scratch.makeFolder("config/environments")
  try scratch.write(
    "config/environments/dev.yaml",
    """
    environment: dev
    timezone: Europe/Berlin
    data: synthetic
    access: {read: [developers]}
    instances:
      web: {run: [/usr/bin/sleep, infinity], folder: /}

    """)
  let daemon = try RunningDaemon(in: scratch, settings: "roles:\n  developers: {groups: [users]}\n")
  let haproxy = try BesetProxy(in: scratch)
  let user = try Bystander(in: scratch, effort)
  return [
    Contestant("stewardd") { try await user.p99(daemon.socket) },
    Contestant("haproxy, a fixed answer of 2 KB") { try await user.p99(haproxy.socket) },
    Contestant("stewardd, alone") { try user.p99Alone(daemon.socket) },
  ]
}

/// An HAProxy that gives one answer to everybody.
private final class BesetProxy: Sendable {
  let socket: String
  private let pid: pid_t

  init(in scratch: Scratch) throws {
    socket = scratch.path("haproxy.sock")
    try scratch.write("answer", String(repeating: "x", count: 2048))
    try scratch.write(
      "haproxy.cfg",
      """
      defaults
        mode http
        timeout client 10s
        timeout http-request 10s
      frontend fixed
        bind unix@\(socket) mode 666
        http-request return status 200 content-type text/plain file \(scratch.path("answer"))

      """)
    pid = try Program.start(["haproxy", "-db", "-f", scratch.path("haproxy.cfg")])
  }

  deinit { Program.end([pid]) }
}

/// Somebody who asks while others mean no good.
private final class Bystander: Sendable {
  private let scratch: Scratch
  private let peers: String
  private let effort: Effort

  init(in scratch: Scratch, _ effort: Effort) throws {
    self.scratch = scratch
    self.effort = effort
    peers = scratch.path("peers")
    let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let text = try Data(contentsOf: tests.appending(path: "IntegrationTests/Hostile/peers"))
    try scratch.write("peers", String(decoding: text, as: UTF8.self), mode: 0o755)
  }

  func p99(_ socket: String) async throws -> Double {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw Program.Failed(description: "no pipe") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var started: [pid_t] = []
    defer {
      for end in ends { close(end) }
      Program.end(started)
    }
    var stuck: [String] = []
    for user in [PeerUser.stranger, .developer] {
      stuck.append(scratch.path("stuck-\(user)"))
      let said = open(stuck[stuck.count - 1], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
      defer { close(said) }
      for mode in [["stuck", socket, "\(effort.of(250, smoke: 20))"], ["storm", socket]] {
        let arguments = user.command + [peers] + mode
        started.append(
          try Program.start(arguments, input: ends[0], output: mode[0] == "stuck" ? said : nil))
      }
    }
    while !stuck.allSatisfy({ (try? Data(contentsOf: URL(filePath: $0)))?.isEmpty == false }) {
      guard started.allSatisfy(Program.isRunning) else {
        throw Program.Failed(description: "peers ended before they were stuck")
      }
      try await Task.sleep(for: .milliseconds(10))
    }
    return try p99Alone(socket)
  }

  func p99Alone(_ socket: String) throws -> Double {
    let printed = try Program.output(
      PeerUser.bystander.command + [
        "/usr/bin/curl", "-s", "-o", "/dev/null", "-H", "Connection: close", "-w",
        "%{http_code} %{time_total}\n",
        "--unix-socket", socket, "http://steward/v1/status#[1-\(effort.of(300, smoke: 20))]",
      ])
    let took = try printed.split(separator: "\n").map { line in
      let parts = line.split(separator: " ")
      guard parts.count == 2, parts[0] == "200", let seconds = Double(parts[1]) else {
        throw Program.Failed(description: "no answer: \(line)")
      }
      return seconds * 1_000
    }
    return Spread.quantile(0.99, of: took)
  }
}
