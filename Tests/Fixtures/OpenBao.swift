import Glibc

/// A real OpenBao server, which speaks HashiCorp Vault's interface: TLS with an authority of its own, a KV engine of version 2
/// at `secret`, AppRole, and a log of all that it is asked.
public final class OpenBao: @unchecked Sendable {
  /// Where `Tests/install` puts it.
  public static let program: String = {
    let cache = getenv("XDG_CACHE_HOME").map { String(cString: $0) }
    let home = getenv("HOME").map { String(cString: $0) } ?? "/root"
    return "\(cache ?? "\(home)/.cache")/steward/openbao/bao"
  }()
  /// Whether it is there, or must be.
  public static var isAvailable: Bool { LocalServer.has(program, "/usr/bin/curl", "/usr/bin/openssl") }

  /// What holds its files.
  public let folder = ScratchFolder()
  private let port = freePort()
  private let cluster = freePort()
  private var server: LocalServer?
  private var key = ""
  private var root = ""

  /// Its URL.
  public var address: String { "https://127.0.0.1:\(port)" }
  /// The root certificate of its URL.
  public let trust: String
  /// All that it was asked and answered, with every value as a hash of it.
  public var asked: String { folder.text("asked") ?? "" }
  /// What it logged.
  public var log: String { folder.text("log") ?? "" }

  /// A server that is ready.
  public init() throws {
    let certificate = try PrivateCertificate(in: folder)
    trust = certificate.authority
    folder.makeFolder("data", mode: 0o700)
    folder.write(
      """
      storage "raft" {
        path = "\(folder.path("data"))"
        node_id = "one"
        performance_multiplier = 1
      }
      listener "tcp" {
        address = "127.0.0.1:\(port)"
        cluster_address = "127.0.0.1:\(cluster)"
        tls_cert_file = "\(certificate.file)"
        tls_key_file = "\(certificate.key)"
      }
      audit "file" "asked" {
        options {
          file_path = "\(folder.path("asked"))"
        }
      }
      api_addr = "\(address)"
      cluster_addr = "https://127.0.0.1:\(cluster)"
      """, to: "bao.hcl")
    serve()
    let said = try retried { try bao("operator", "init", "-key-shares=1", "-key-threshold=1") }
    func word(behind label: String) -> String {
      let line = said.split(separator: "\n").first { $0.hasPrefix(label) }
      return line.map { String($0.dropFirst(label.count)) } ?? ""
    }
    (key, root) = (word(behind: "Unseal Key 1: "), word(behind: "Initial Root Token: "))
    try unseal()
    try equip(nil)
  }

  /// Runs its command as its root, in the root's namespace or another, and gives what that says. Blocks.
  @discardableResult
  public func bao(_ arguments: String..., in namespace: String? = nil) throws -> String {
    try Tool.run(
      ["/usr/bin/env", "BAO_ADDR=\(address)", "BAO_CACERT=\(trust)", "BAO_TOKEN=\(root)"]
        + (namespace.map { ["BAO_NAMESPACE=\($0)"] } ?? []) + [Self.program] + arguments)
  }

  /// Makes a namespace that has what the root's has.
  public func makeNamespace(_ name: String) throws {
    try bao("namespace", "create", name)
    try equip(name)
  }

  private func equip(_ namespace: String?) throws {
    try bao("secrets", "enable", "-path=secret", "-version=2", "kv", in: namespace)
    try bao("auth", "enable", "approle", in: namespace)
    // A new engine takes a moment.
    try retried { try bao("kv", "put", "-mount=secret", "ready", "yes=1", in: namespace) }
  }

  /// Makes a role that may use what steward keeps of one environment, and puts its ids into `NAME.role-id` and
  /// `NAME.secret-id`.
  /// - Parameter lease: of its tokens, as `20s`.
  public func admit(_ environment: String, lease: String = "1h", in namespace: String? = nil) throws {
    permit(environment, ["data": "create\", \"read\", \"update", "metadata": "read", "destroy": "update"])
    try bao("policy", "write", "steward-\(environment)", folder.path("policy"), in: namespace)
    try bao(
      "write", "auth/approle/role/\(environment)", "token_policies=steward-\(environment)",
      "token_ttl=\(lease)", "token_max_ttl=\(lease)", in: namespace)
    folder.write(
      try bao("read", "-field=role_id", "auth/approle/role/\(environment)/role-id", in: namespace),
      to: "\(environment).role-id", mode: 0o600)
    try renewSecretID(of: environment, in: namespace)
  }

  /// Puts a new secret id of a role into `NAME.secret-id`; those before it work on.
  public func renewSecretID(of environment: String, in namespace: String? = nil) throws {
    let role = "auth/approle/role/\(environment)"
    folder.write(
      try bao("write", "-f", "-field=secret_id", "\(role)/secret-id", in: namespace) + "\n",
      to: "\(environment).secret-id", mode: 0o600)
  }

  /// Puts a token that may do the same as the role of `environment` into the file `name`.
  public func issueToken(_ environment: String, to name: String, in namespace: String? = nil) throws {
    let token = try bao(
      "token", "create", "-policy=steward-\(environment)", "-ttl=1h", "-field=token", in: namespace)
    folder.write(token + "\n", to: name, mode: 0o600)
  }

  private func permit(_ environment: String, _ rights: [String: String]) {
    let lines = rights.map { kind, rights in
      "path \"secret/\(kind)/steward/\(environment)/*\" { capabilities = [\"\(rights)\"] }\n"
    }
    folder.write(lines.joined(), to: "policy")
  }

  /// Ends its process; its data stay.
  public func stop() {
    server?.stop()
    server = nil
  }

  /// Starts it again, and unseals it.
  public func start() throws {
    serve()
    try unseal()
  }

  /// Seals it: it answers, and gives nothing away.
  public func seal() throws { try bao("operator", "seal") }

  /// Unseals it, and waits until it leads.
  public func unseal() throws {
    try retried { try bao("operator", "unseal", key) }
    try retried { try bao("token", "lookup") }
  }

  /// Lets it accept and not answer, until ``resume()``.
  public func freeze() { server?.signal(SIGSTOP) }

  /// Lets it answer again.
  public func resume() { server?.signal(SIGCONT) }

  private func serve() {
    server = LocalServer(
      [Self.program, "server", "-config=\(folder.path("bao.hcl"))"], log: folder.path("log"))
  }

  /// Tries until it succeeds, or for a minute.
  @discardableResult
  private func retried<T>(_ body: () throws -> T) throws -> T {
    for _ in 0..<120 {
      if let value = try? body() { return value }
      usleep(500_000)
    }
    return try body()
  }
}
