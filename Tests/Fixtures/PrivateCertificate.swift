/// A certificate for the loopback address, of an authority that nobody but the test knows.
public struct PrivateCertificate: Sendable {
  /// The authority's own certificate.
  public let authority: String
  /// The certificate.
  public let file: String
  /// Its private key.
  public let key: String

  /// A new one of a new authority, in files of `folder`.
  /// - Parameter name: what their names begin with.
  public init(in folder: ScratchFolder, _ name: String = "tls") throws {
    authority = folder.path("\(name)-authority.pem")
    file = folder.path("\(name)-certificate.pem")
    key = folder.path("\(name)-key.pem")
    let new = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
    guard
      shell(
        "openssl req -x509 \(new) -keyout authority.key -out '\(authority)' -days 30 -subj /CN=authority && "
          + "openssl req \(new) -keyout '\(key)' -out request.pem -subj /CN=server && "
          + "echo subjectAltName=IP:127.0.0.1,DNS:localhost > names && "
          + "openssl x509 -req -in request.pem -CA '\(authority)' -CAkey authority.key -CAcreateserial -days 30 "
          + "-out '\(file)' -extfile names", in: folder)
    else { throw NotMade(said: folder.text("shell.log") ?? "") }
  }

  private struct NotMade: Error { let said: String }
}
