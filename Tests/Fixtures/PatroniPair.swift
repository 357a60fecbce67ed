import Glibc

/// Two PostgreSQL servers that Patroni runs, with etcd to decide who leads; all on loopback ports, from Debian's packages. The
/// superuser `postgres` is let in without a password, every other role by SCRAM.
public final class PatroniPair: @unchecked Sendable {
  /// Whether all of it is installed, or must be.
  public static var isInstalled: Bool {
    LocalServer.has("/usr/bin/patroni", "/usr/bin/etcd", "/usr/bin/curl") && PostgreSQLCluster.isInstalled
  }

  private let scratch = ScratchFolder()
  private let etcd: LocalServer?
  private var members: [LocalServer?] = [nil, nil]
  private let ports = (0..<2).map { _ in freePort() }
  private let interfacePorts = (0..<2).map { _ in freePort() }

  /// The REST interfaces of the members `db1` and `db2`.
  public var interfaces: [String] { interfacePorts.map { "http://127.0.0.1:\($0)" } }

  /// Starts etcd and both members.
  public init() {
    chmod(scratch.path, 0o755)
    let (clients, peers) = (freePort(), freePort())
    let (client, peer) = ("http://127.0.0.1:\(clients)", "http://127.0.0.1:\(peers)")
    etcd = LocalServer(
      [
        "/usr/bin/etcd", "--data-dir", scratch.path("etcd"), "--listen-client-urls", client,
        "--advertise-client-urls", client, "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
        "--initial-cluster", "default=\(peer)", "--unsafe-no-fsync",
      ], log: scratch.path("etcd.log"))
    for index in 0..<2 { configure(index, etcd: clients) }
    for index in 0..<2 { start(index) }
  }

  deinit { for index in 0..<2 { kill(index) } }

  /// Starts a member, again where it was killed.
  public func start(_ index: Int) {
    let patroni = ["/usr/bin/patroni", scratch.path("db\(index + 1).yml")]
    let asServer = ["/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
    members[index] = LocalServer(
      ["/usr/bin/env", "--chdir=/"] + (geteuid() == 0 ? asServer : []) + patroni,
      log: scratch.path("db\(index + 1).log"))
  }

  /// Ends a member as a power cut does: Patroni, then its server.
  public func kill(_ index: Int) {
    members[index]?.stop(SIGKILL)
    members[index] = nil
    let lines = (scratch.text("data\(index + 1)/postmaster.pid") ?? "").split(separator: "\n")
    if let pid = lines.first.flatMap({ pid_t($0) }) { Glibc.kill(pid, SIGQUIT) }
  }

  /// Changes the configuration that all members share, as `patronictl edit-config` does.
  public func configure(_ json: String) throws {
    try Tool.run([
      "curl", "--silent", "--show-error", "--fail", "-X", "PATCH", "-d", json, "\(interfaces[0])/config",
    ])
  }

  /// Gives a member a tag, or takes it away, and has it read its file anew.
  public func tag(_ index: Int, _ tag: String?) throws {
    let name = "db\(index + 1).yml"
    let lines = (scratch.text(name) ?? "").split(separator: "\n").filter { !$0.hasPrefix("tags:") }
    scratch.write((lines + (tag.map { ["tags: {\($0)}"] } ?? [])).joined(separator: "\n") + "\n", to: name)
    try Tool.run(["curl", "--silent", "--show-error", "--fail", "-X", "POST", "\(interfaces[index])/reload"])
  }

  private func configure(_ index: Int, etcd: Int) {
    let name = "db\(index + 1)"
    let data = scratch.path("data\(index + 1)")
    scratch.makeFolder("data\(index + 1)", mode: 0o700)
    scratch.makeFolder("run\(index + 1)", mode: 0o777)
    scratch.write(
      """
      scope: main
      name: \(name)
      restapi: {listen: "127.0.0.1:\(interfacePorts[index])", connect_address: "127.0.0.1:\(interfacePorts[index])"}
      etcd3: {hosts: ["127.0.0.1:\(etcd)"]}
      bootstrap:
        dcs: {ttl: 20, loop_wait: 1, retry_timeout: 5, postgresql: {parameters: {fsync: "off", shared_buffers: 16MB}}}
        initdb: [{encoding: UTF8}, {locale: C}, no-sync]
      postgresql:
        listen: "127.0.0.1:\(ports[index])"
        connect_address: "127.0.0.1:\(ports[index])"
        data_dir: \(data)
        bin_dir: /usr/lib/postgresql/15/bin
        pgpass: \(scratch.path("run\(index + 1)"))/pgpass
        authentication: {superuser: {username: postgres}, replication: {username: replicator, password: copy}}
        parameters: {unix_socket_directories: \(scratch.path("run\(index + 1)"))}
        pg_hba:
        - local all postgres trust
        - host all postgres 127.0.0.1/32 trust
        - host replication replicator 127.0.0.1/32 scram-sha-256
        - host all all 127.0.0.1/32 scram-sha-256
      """, to: "\(name).yml", mode: 0o644)
    if geteuid() == 0, let user = getpwnam("postgres") {
      chown(data, user.pointee.pw_uid, user.pointee.pw_gid)
    }
  }
}
