import Fixtures
import Glibc
import StatusServer
import Testing

@Suite struct DescriptorTests {
  /// In a process of its own: the limit is the whole process's.
  @Test("with all descriptors gone, accepting waits without costing a core, and goes on when there is room")
  func descriptorsGone() async {
    await #expect(processExitsWith: .success) {
      try await serving { served in
        let known = try RawPeer(served.path)
        known.send("GET /v1/version HTTP/1.1\r\nHost: s\r\n\r\n")
        let first = try await onOwnThread { known.read(atMost: 12) }
        #expect(first == "HTTP/1.1 200")

        // The runtime's first timer opens descriptors, and ends the process where it cannot.
        try await Task.sleep(for: .milliseconds(1))
        let waiting = [try RawPeer(), try RawPeer()]
        let limit = setDescriptorLimit(64)
        var held: [Int32] = []
        while case let descriptor = open("/dev/null", O_RDONLY), descriptor >= 0 { held.append(descriptor) }
        // The server's ends of these two need a descriptor each. One is that of `known`, which makes way.
        for peer in waiting {
          try peer.connect(to: served.path)
          peer.send("GET /v1/version HTTP/1.1\r\nHost: s\r\n\r\n")
        }
        let before = ProcessorTime.ofThis
        let isKnownClosed = try await onOwnThread { known.isClosed() }
        #expect(isKnownClosed)
        try await Task.sleep(for: .seconds(3))
        #expect(ProcessorTime.ofThis - before < .seconds(1))

        for descriptor in held { close(descriptor) }
        _ = setDescriptorLimit(limit)
        for peer in waiting {
          let answer = try await onOwnThread { peer.read(atMost: 12) }
          #expect(answer == "HTTP/1.1 200")
        }
      }
    }
  }
}

/// Sets how many descriptors this process may have; returns how many it might before.
private func setDescriptorLimit(_ count: UInt) -> UInt {
  var limit = rlimit()
  getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  let before = limit.rlim_cur
  limit.rlim_cur = count
  setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  return before
}
