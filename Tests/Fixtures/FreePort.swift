import Glibc
import Synchronization

/// A port of the loopback that nobody has now and that no test of this user was given before, for as long as its process lives.
/// It lies below those that the kernel gives to whoever connects somewhere (ip_local_port_range), so that nobody comes
/// by it meanwhile; and some servers take another 10,000 above.
public func freePort() -> Int {
  for _ in 0..<1_000 {
    let port = UInt16.random(in: 20_000..<32_000)
    if given.withLock({ $0.insert(port).inserted }), isOurs(port), isFree(port) { return Int(port) }
  }
  fatalError("no port can be had")
}

private let given = Mutex<Set<UInt16>>([])

/// The file of which each process of tests locks a byte for each of its ports; the kernel unlocks them at its end.
private let claims: Int32 = {
  let path = "/tmp/steward-test-ports-\(getuid())"
  let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
  guard descriptor >= 0 else { fatalError("\(path): \(Errno(code: errno))") }
  return descriptor
}()

private func isOurs(_ port: UInt16) -> Bool {
  var claim = flock(
    l_type: Int16(F_WRLCK), l_whence: Int16(SEEK_SET), l_start: off_t(port), l_len: 1, l_pid: 0)
  return fcntl(claims, F_SETLK, &claim) == 0
}
private func isFree(_ port: UInt16) -> Bool {
  let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
  defer { close(descriptor) }
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = port.bigEndian
  address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
  return withUnsafePointer(to: &address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
    }
  }
}
