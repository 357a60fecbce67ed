internal import CrashPoints
internal import Glibc

/// An open file descriptor with one owner, closed when the owner ends.
struct Descriptor: ~Copyable, Sendable {
  let raw: Int32

  /// Takes over what a system call returned.
  /// - Throws: what the call left in errno, when it returned a negative number.
  init(_ result: Int32, _ operation: String, _ subject: String) throws(HostError) {
    guard result >= 0 else { throw .last(operation, subject) }
    self.raw = result
  }

  deinit { close(raw) }

  /// Writes all of `bytes`, however many calls it takes.
  func write(all bytes: UnsafeRawBufferPointer, to subject: String) throws(HostError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let piece = UnsafeRawBufferPointer(rebasing: rest)
      let count = effect("file.write") { Glibc.write(raw, piece.baseAddress, piece.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw .last("write", subject) }
      rest = rest.dropFirst(count)
    }
  }

  /// Reads to the end.
  /// - Parameter bytesMax: more than this is an error, so that a swollen file cannot fill the memory.
  func readAll(bytesMax: Int, from subject: String) throws(HostError) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: min(bytesMax + 1, 64 << 10))
    while true {
      let count = Glibc.read(raw, &chunk, chunk.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw .last("read", subject) }
      if count == 0 { return bytes }
      bytes.append(contentsOf: chunk[..<count])
      if bytes.count > bytesMax {
        throw HostError("read", subject, "larger than the \(bytesMax) bytes that are read of it at most")
      }
    }
  }

  /// Everything written through this descriptor is on the disk when this returns.
  func sync(_ subject: String) throws(HostError) {
    guard effect("file.sync", { fsync(raw) }) == 0 else { throw .last("fsync", subject) }
  }
}
