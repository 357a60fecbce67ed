#if DEBUG || FUZZING
  import Cryptography
  import Glibc
  @testable import SecretStore
  @testable import StatusAPI
  @testable import StatusClient

  /// The daemon's answers, as the command reads them: something else may listen on the socket.
  let answers = Language(name: "answers", seeds: ["Tests/Fuzz/Seeds/http"], bytesMax: 16_384) { bytes in
    _ = listening
    guard let connection = try? UnixConnection(to: socketPath, patience: .seconds(5)) else { return }
    let peer = accept(listening, nil, nil)
    _ = bytes.withUnsafeBytes { send(peer, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    close(peer)
    guard
      var exchange = try? HTTPExchange.begin(connection, method: "GET", target: "/v1/events", body: [])
    else { return }
    if bytes.count.isMultiple(of: 2) {
      guard let body = try? exchange.wholeBody() else { return }
      promise(body.count <= bytes.count, "\(body.count) bytes of body in \(bytes.count)")
      _ = try? StatusClient.decode(body, from: socketPath) as StatusBody
    } else {
      while let line = try? exchange.nextLine() {
        _ = try? StatusClient.decode(line, from: socketPath) as FollowLine
      }
    }
  }

  private let socketPath = "/tmp/steward-fuzz-\(getpid()).sock"

  private let listening: Int32 = {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    unlink(socketPath)
    _ = SocketPath.withAddress(of: socketPath) { bind(descriptor, $0, $1) }
    listen(descriptor, 8)
    atexit { unlink(socketPath) }
    return descriptor
  }()

  /// A secret's file that something else has written.
  let sealed = Language(name: "sealed", seeds: ["Tests/Fuzz/Seeds/sealed"]) { bytes in
    let secret = SecretID(environment: "staging", name: "API_KEY")
    guard let key = try? SealingKey(bytes: [UInt8](repeating: 7, count: SealingKey.length)) else { return }
    do throws(SecretStoreError) {
      // Nothing is both whole and not written with the key.
      let file = try SealedFile(bytes, at: "API_KEY.json", of: secret, with: key)
      promise(file.key == key.fingerprint, "a file of another key")
    } catch {
      promise(error.kind == .damaged, "\(error)")
    }
  }
#endif
