internal import CLinux
internal import Glibc

/// The events waiting in an inotify descriptor (inotify(7)).
enum InotifyEvents {
  struct Event {
    let watch: Int32
    let mask: UInt32
    let name: String
  }

  private static let bufferBytes = 64 << 10

  static func read(from descriptor: Int32) -> [Event] {
    var events: [Event] = []
    let buffer = UnsafeMutableRawBufferPointer.allocate(
      byteCount: bufferBytes, alignment: MemoryLayout<inotify_event>.alignment)
    defer { buffer.deallocate() }
    while true {
      let count = Glibc.read(descriptor, buffer.baseAddress, bufferBytes)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return events }
      var at = 0
      while at < count {
        let event = buffer.loadUnaligned(fromByteOffset: at, as: inotify_event.self)
        let nameAt = at + MemoryLayout<inotify_event>.size
        let name = buffer[nameAt..<(nameAt + Int(event.len))].prefix { $0 != 0 }
        events.append(Event(watch: event.wd, mask: event.mask, name: String(decoding: name, as: UTF8.self)))
        at = nameAt + Int(event.len)
      }
    }
  }
}
