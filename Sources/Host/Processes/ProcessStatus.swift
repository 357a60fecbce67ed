/// The line of /proc/PID/stat, as far as it is needed here (proc(5)).
struct ProcessStatus {
  let state: UInt8
  let parent: Int32
  let session: Int32
  let userTicks: UInt64
  let systemTicks: UInt64
  let threads: Int
  let startTicks: UInt64
  let residentPages: Int64

  /// Not a zombie and not dying.
  var isRunning: Bool { state != UInt8(ascii: "Z") && state != UInt8(ascii: "X") }

  /// `nil`: no such process.
  init?(of pid: Int32) {
    guard let line = try? PseudoFile.read("/proc/\(pid)/stat") else { return nil }
    self.init(line: line)
  }

  init?(line: [UInt8]) {
    // Field 2 is the program's name in brackets and may hold blanks and brackets itself: the fields are
    // counted from the last closing one.
    guard let end = line.lastIndex(of: UInt8(ascii: ")")) else { return nil }
    let fields = line[(end + 1)...].split(whereSeparator: {
      $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n")
    })
    func number(_ field: Int) -> Int64? {
      let index = field - 3
      guard fields.indices.contains(index) else { return nil }
      return Int64(String(decoding: fields[index], as: UTF8.self))
    }
    guard let state = fields.first?.first, let parent = number(4), let session = number(6),
      let user = number(14), let system = number(15), let threads = number(20), let start = number(22),
      let resident = number(24)
    else { return nil }
    self.state = state
    self.parent = Int32(truncatingIfNeeded: parent)
    self.session = Int32(truncatingIfNeeded: session)
    userTicks = UInt64(max(0, user))
    systemTicks = UInt64(max(0, system))
    self.threads = Int(threads)
    startTicks = UInt64(max(0, start))
    residentPages = resident
  }
}
