/// A certificate for the loopback address, of an authority that nobody but the test knows.
public struct PrivateCertificate: Sendable {
  /// The authority's own certificate.
  public let authority: String
  /// The certificate.
  public let file: String
  /// Its private key.
  public let key: String
  private let folder: ScratchFolder
  private let name: String

  /// A new one of a new authority, in files of `folder`.
  /// - Parameter name: what their names begin with.
  public init(in folder: ScratchFolder, _ name: String = "tls") throws {
    (self.folder, self.name) = (folder, name)
    authority = folder.path("\(name)-authority.pem")
    try Self.make(
      "req -x509 \(Self.new) -keyout \(name)-authority.key -out \(name)-authority.pem -days 30 -subj /CN=authority",
      folder)
    (file, key) = try Self.issue("server", by: name, in: folder)
  }

  /// Another certificate of the same authority's, by which a client is known as `user`, and its key.
  public func client(_ user: String) throws -> (file: String, key: String) {
    try Self.issue(user, by: name, in: folder)
  }

  private static let new = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"

  private static func issue(
    _ subject: String, by authority: String, in folder: ScratchFolder
  ) throws -> (file: String, key: String) {
    let (file, key) = ("\(authority)-\(subject).pem", "\(authority)-\(subject).key")
    folder.write("subjectAltName=IP:127.0.0.1,DNS:localhost", to: "names")
    try make("req \(new) -keyout \(key) -out request.pem -subj /CN=\(subject)", folder)
    try make(
      "x509 -req -in request.pem -CA \(authority)-authority.pem -CAkey \(authority)-authority.key -CAcreateserial "
        + "-days 30 -out \(file) -extfile names", folder)
    return (folder.path(file), folder.path(key))
  }

  private static func make(_ arguments: String, _ folder: ScratchFolder) throws {
    guard shell("openssl \(arguments)", in: folder) else {
      throw NotMade(said: folder.text("shell.log") ?? "")
    }
  }

  private struct NotMade: Error { let said: String }
}
