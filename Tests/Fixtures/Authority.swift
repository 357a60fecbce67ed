import Glibc

/// A real authority: Pebble, with the name server of its own tests, in which every name is this machine.
public final class Authority: Sendable {
  private let folder: ScratchFolder
  /// Where it listens.
  public let port = freePort()
  /// Where it looks for answers to challenges over HTTP.
  public let challengePort = freePort()
  private let names = freePort()
  /// Where its name server is told of records.
  public let management = freePort()
  private let pebble: RunningServer
  private let resolver: RunningServer

  /// Whether all that it takes is installed, or must be.
  public static let isWanted =
    ["bin/pebble", "bin/pebble-challtestsrv", "bin/lego", "sbin/nginx"].allSatisfy { (program: String) in
      access("/usr/\(program)", X_OK) == 0
    } || getenv("CI") != nil

  /// Its ACME directory.
  public var directory: String { "https://127.0.0.1:\(port)/dir" }
  /// The root certificate of its own address.
  public var root: String { folder.path("acme.pem") }
  /// How many certificates it gave.
  public var issued: Int { pebble.said.ranges(of: "Issued certificate serial").count }
  /// Whether an order is being carried out, or was.
  public var isAsked: Bool { pebble.said.contains("-order") || pebble.said.contains("order-plz") }

  /// A new one whose things are in `folder`.
  /// - Parameter life: of its certificates, in seconds; a year, so that a bench whose clock is a month ahead takes them
  ///   for new.
  public init(in folder: ScratchFolder, life: Int = 365 * 86_400) async throws {
    self.folder = folder
    shell(
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout acme.key -out acme.pem -days 30 "
        + "-subj /CN=acme -addext subjectAltName=IP:127.0.0.1", in: folder)
    folder.write(
      """
      {"pebble": {"listenAddress": "127.0.0.1:\(port)", "managementListenAddress": "127.0.0.1:\(freePort())",
       "certificate": "acme.pem", "privateKey": "acme.key", "httpPort": \(challengePort), "tlsPort": 1,
       "ocspResponderURL": "", "externalAccountBindingRequired": false, "certificateValidityPeriod": \(life)}}
      """, to: "pebble.json")
    resolver = try RunningServer(
      [
        "/usr/bin/pebble-challtestsrv", "-http01", "", "-https01", "", "-tlsalpn01", "", "-defaultIPv6", "",
        "-dns01", "127.0.0.1:\(names)", "-management", "127.0.0.1:\(management)",
      ], folder: folder, name: "names")
    // An authorization that was given counts for the next order too, as Let's Encrypt's do; the wait for challenges that
    // Pebble adds for realism is left out. One nonce in twenty is refused, as it comes.
    pebble = try RunningServer(
      [
        "/usr/bin/env", "-C", folder.path, "PEBBLE_VA_NOSLEEP=1", "PEBBLE_AUTHZREUSE=100", "/usr/bin/pebble",
        "-config", "pebble.json", "-dnsserver", "127.0.0.1:\(names)",
      ], folder: folder, name: "pebble")
    try await eventually { isListening(port) && isListening(management) }
  }

  /// Ends it.
  public func end() { pebble.end() }
}

/// A real TLS server that reads one file for certificate and key.
public final class WebServer: Sendable {
  private let port = freePort()
  private let folder: ScratchFolder
  private let server: RunningServer

  /// One that shows the certificate in `file`; its things are in `folder`.
  /// - Parameter extra: more of its `http` section.
  public init(_ file: String, in folder: ScratchFolder, extra: String = "") async throws {
    self.folder = folder
    folder.makeFolder("nginx")
    folder.write(
      """
      daemon off; worker_processes 1; pid nginx/pid; error_log nginx/errors;
      events { }
      http { access_log off; client_body_temp_path nginx/a; proxy_temp_path nginx/b; fastcgi_temp_path nginx/c;
        uwsgi_temp_path nginx/d; scgi_temp_path nginx/e;
        server { listen 127.0.0.1:\(port) ssl; ssl_certificate \(file); ssl_certificate_key \(file); }
        \(extra) }
      """, to: "nginx.conf")
    server = try RunningServer(
      [
        "/usr/sbin/nginx", "-p", folder.path, "-c", folder.path("nginx.conf"), "-e",
        folder.path("nginx/errors"),
      ],
      folder: folder, name: "nginx")
    try await eventually { isListening(port) }
  }

  /// Where it listens.
  public var address: String { "127.0.0.1:\(port)" }
  /// The command that has it read its files again.
  public var reload: [String] {
    [
      "/usr/sbin/nginx", "-p", folder.path, "-c", folder.path("nginx.conf"), "-e",
      folder.path("nginx/errors"), "-s", "reload",
    ]
  }

  /// Ends it.
  public func end() { server.end() }
}

/// Runs a command line in a scratch folder; what it says is in `shell.log` there.
@discardableResult
public func shell(_ line: String, in folder: ScratchFolder) -> Bool {
  system("cd '\(folder.path)' && { \(line) ; } > shell.log 2>&1") == 0
}

extension ScratchFolder {
  /// Writes a certificate that signs itself, and its key, into `web.pem`, as an operator makes one by hand.
  public func selfSign(days: Int = 90, for hosts: String = "DNS:www.example.org") {
    shell(
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout k.pem -out c.pem -days \(days) "
        + "-subj / -addext subjectAltName=\(hosts) && cat k.pem c.pem > web.pem && chmod 600 web.pem",
      in: self)
  }
}

extension WebServer {
  /// An entry of `certificates` as one line: a certificate of `authority` for two hosts, in `file`, which this server shows.
  public func entry(of authority: Authority, file: String) -> String {
    """
    {hosts: [www.example.org, api.example.org], from: "\(authority.directory)", trust: \(authority.root), \
    email: ops@example.org, challenge: {http: "127.0.0.1:\(authority.challengePort)"}, file: \(file), \
    serves: "\(address)", reload: [\(reload.joined(separator: ", "))]}
    """
  }
}
