/// The last lines of an output, each up to a length.
struct RecentLines {
  private let linesMax: Int
  private let lineBytesMax: Int
  private var complete: [String] = []
  private var current: [UInt8] = []

  init(_ limits: OutputLimits) {
    linesMax = limits.linesMax
    lineBytesMax = limits.lineBytesMax
  }

  /// Oldest first; the line that has not ended yet is the last.
  var lines: [String] {
    let all = current.isEmpty ? complete : complete + [text(current[...])]
    return Array(all.suffix(linesMax))
  }

  mutating func append(_ bytes: UnsafeRawBufferPointer) {
    // Only what can still be among the last lines is looked at.
    var newlines = 0
    var start = bytes.count
    while start > 0 {
      if bytes[start - 1] == UInt8(ascii: "\n") {
        newlines += 1
        if newlines > linesMax { break }
      }
      start -= 1
    }
    if start > 0 { current = [] }
    for byte in bytes[start...] {
      if byte == UInt8(ascii: "\n") {
        complete.append(text(current[...]))
        current.removeAll(keepingCapacity: true)
      } else if current.count < lineBytesMax {
        current.append(byte)
      }
    }
    if complete.count > linesMax { complete.removeFirst(complete.count - linesMax) }
  }

  private func text(_ line: ArraySlice<UInt8>) -> String { String(decoding: line, as: UTF8.self) }
}
