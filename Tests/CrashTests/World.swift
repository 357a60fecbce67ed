import Fixtures
import Glibc
import Host

/// A small town that a real `stewardd` keeps, in a folder in memory: instances, secrets, logs and backups, and the
/// programs that these need. What was done to it is remembered here, so that it can be asked later whether anything was
/// lost or done twice.
final class World {
  let folder: String
  /// How often its file was edited; what it says follows from this.
  var edits = 0
  /// How often anything was made: names of files follow from this.
  var made = 0
  /// Logs that were written, and what is to become of each.
  var logs: [String: WrittenLog] = [:]
  /// How often a rotation was asked for in vain or not: each may have led to one new value.
  var rotationsAsked = 0
  /// What was acknowledged and must come about: what, and whether it has.
  var awaited: [(what: String, hasCome: () -> Bool)] = []
  /// Requests that were answered with the number of their event.
  var acknowledged: [Int64] = []
  /// The daemon that runs now.
  var daemon: Life?
  /// Daemons so far.
  var lives = 0
  /// How far the log was examined, and what was announced in it and is not ended.
  var examined: Int64 = 0
  var open: Set<Int64> = []
  let manager: Manager

  /// What becomes of a log.
  enum Fate { case stays, archived, purged }

  /// A log as it was written.
  struct WrittenLog {
    let text: String
    let fate: Fate
  }

  init() throws {
    // In memory: what is flushed costs nothing there, and a kill takes nothing from what was written.
    var template = Array("/dev/shm/steward-crash-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { throw Errno(code: errno) }
    folder = String(cString: made)
    for name in ["config", "config/environments", "bin", "logs", "cold", "noise", "dumps", "srv", "service"] {
      mkdir("\(folder)/\(name)", 0o755)
    }
    manager = try Manager(at: "\(folder)/notify")
    try writeFiles()
    try makeLogs()
    try makeDump()
  }

  deinit {
    if let daemon { daemon.end(SIGKILL) }
    for process in Resident.all(of: folder) { kill(process.pid, SIGKILL) }
    manager.close()
    if getenv("STEWARD_KEEP_SCRATCH") == nil { Tree.remove(folder) }
  }

  var state: String { "\(folder)/state" }
  var socket: String { "\(folder)/sock" }

  func text(_ name: String) -> String? {
    access("\(folder)/\(name)", F_OK) == 0
      ? String(decoding: Bytes.read("\(folder)/\(name)"), as: UTF8.self) : nil
  }

  /// Writes a file as an editor does: beside its name, then over it.
  func write(_ name: String, _ text: String, mode: mode_t = 0o644) throws {
    let path = "\(folder)/\(name)"
    Bytes.write(text.utf8, to: path + ".new", mode: mode)
    guard rename(path + ".new", path) == 0 else { throw Errno(code: errno) }
  }

  // MARK: What is written

  /// How many of `web` the file asks for.
  var webCount: Int { edits % 2 == 0 ? 2 : 3 }
  var level: String { "level\(edits)" }

  func writeEnvironment(mistake: String = "") throws {
    // Of `tried` the test says no; while its rotation waits for a yes, the file takes its way to rotate away.
    let tried =
      edits % 2 == 0 ? "every: 90d, test: [\(folder)/bin/refuse]" : "every: 90d, in: database/main"
    try write(
      "config/environments/town.yaml",
      """
      environment: town
      timezone: UTC
      data: synthetic
      guard: {disruptive: none, destructive: none}
      instances:
        web: {run: [\(folder)/bin/web], count: \(webCount), ready after: 100ms, stop within: 1s, variables: {LEVEL: \(level)}, secrets: [TOKEN]}
        crowd: {run: [\(folder)/bin/crowd], ready after: 100ms, stop within: 100ms, variables: {LEVEL: \(level)}}
      secrets:
        TOKEN: {kind: api-key, every: 90d, overlap: 300ms, rotate: [\(folder)/bin/rotate], test: [\(folder)/bin/test], file: \(folder)/srv/TOKEN.env}
        DEMO: {kind: fixed, value: "a-demo-value-\(edits)", file: \(folder)/srv/DEMO.env}
        TRIED: {kind: api-key, \(tried)}
      logs:
        web: {path: \(folder)/logs, keep: 30d, archive: {to: \(folder)/cold, after: 7d}}
        noise: {path: \(folder)/noise, keep: 30d, at most: 64 KiB}
      backups:
        main: {in: \(folder)/dumps, match: "*.tar.gz", every: 1d, restore: [\(folder)/bin/restore, "{backup}", "{scratch}"]}
      \(mistake)
      """)
  }

  private func writeFiles() throws {
    try write("config/steward.yaml", "socket: \(socket)\n")
    try writeEnvironment()
    try script("web", #"echo "started with $LEVEL"; exec sleep 1000"#)
    try script("crowd", #"setsid sleep 2000 & echo "started with $LEVEL"; exec sleep 1000"#)
    // Says when it begins and ends, so that two at once are seen; leaves one behind, as bad programs do.
    try script(
      "rotate",
      """
      cd \(folder)/service; value=$(cat); echo "begin $$" >>runs; echo "$value" >>told; sleep 3000 &
      sleep 0.05
      printf %s "$value" >server.$$; mv server.$$ server; echo "end $$" >>runs
      """)
    try script("test", #"[ "$(cat)" = "$(cat \#(folder)/service/server)" ]"#)
    try script("refuse", "[ -e \(folder)/service/accepts ]")
    try script(
      "restore", #"tar -C "$2" -xzf "$1" && test -s "$2/data" && echo "$1" >>\#(folder)/service/restored"#)
    Bytes.write("".utf8, to: "\(folder)/service/accepts")
  }

  private func script(_ name: String, _ text: String) throws {
    try write("bin/\(name)", "#!/bin/sh\n\(text)\n", mode: 0o755)
  }

  // MARK: What grows

  /// Logs of every age.
  func makeLogs() throws {
    made += 1
    try log("logs/kept-\(made).log", days: 1, .stays)
    try log("logs/old-\(made).log", days: 10, .archived)
    try log("logs/past-\(made).log", days: 40, .purged)
    // Over the cap by themselves: the older goes.
    try log("noise/early-\(made).log", days: 2, .purged, bytes: 80 << 10)
    // The last round's later one is over the cap now, by its age.
    for (name, last) in logs where name.hasPrefix("noise/late-") {
      logs[name] = WrittenLog(text: last.text, fate: .purged)
    }
    try log("noise/late-\(made).log", days: 1, .stays, bytes: 40 << 10)
  }

  /// More logs past their time than one action names.
  func makeManyLogs() throws {
    made += 1
    for index in 0..<520 { try log("noise/many-\(made)-\(index).log", days: 40, .purged, bytes: 10) }
  }

  private func log(_ name: String, days: Int, _ fate: Fate, bytes: Int = 2_000) throws {
    let text = "\(name)\n" + String(repeating: "x", count: bytes)
    let path = "\(folder)/\(name)"
    // Under a name that is no log's, so that nobody sees it before it has its age.
    Bytes.write(text.utf8, to: "\(folder)/service/log")
    age("\(folder)/service/log", seconds: days * 86_400)
    guard rename("\(folder)/service/log", path) == 0 else { throw Errno(code: errno) }
    logs[name] = WrittenLog(text: text, fate: fate)
  }

  /// A new dump, finished a while ago.
  func makeDump() throws {
    made += 1
    Bytes.write("rows \(made)".utf8, to: "\(folder)/service/data")
    let path = "\(folder)/dumps/dump-\(made).tar.gz"
    let result = system(
      "tar -C \(folder)/service -czf \(path).part data && touch -d '2 minutes ago' \(path).part")
    guard result == 0, rename("\(path).part", path) == 0 else { throw Errno(code: errno) }
    for number in max(0, made - 40)..<max(0, made - 12) { unlink("\(folder)/dumps/dump-\(number).tar.gz") }
  }

  private func age(_ path: String, seconds: Int) {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    let then = timespec(tv_sec: now.tv_sec - seconds, tv_nsec: now.tv_nsec)
    _ = [then, then].withUnsafeBufferPointer { utimensat(AT_FDCWD, path, $0.baseAddress, 0) }
  }
}
