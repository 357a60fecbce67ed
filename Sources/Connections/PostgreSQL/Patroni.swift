public import Host
import Reconciliation

/// The members of a cluster that Patroni runs, as its REST interface tells (`GET /cluster`). Each member answers for all; they are
/// asked through curl, one after the other until one does.
public struct Patroni: Sendable {
  /// Where Debian's curl puts it.
  public static let program = "/usr/bin/curl"
  /// A member that accepts and never answers costs this much; the next is asked then.
  static let patience = Duration.seconds(3)

  private let interfaces: [String]
  private let commands: any CommandRunner

  /// The cluster whose members' interfaces are these URLs (`http://10.0.0.1:8008`).
  public init(_ interfaces: [String], commands: any CommandRunner = SubprocessRunner()) {
    self.interfaces = interfaces
    self.commands = commands
  }

  /// What the first member says that answers.
  /// - Throws: ``PostgreSQLError`` where none does; `CancellationError`.
  public func cluster() async throws -> PatroniCluster {
    var reasons: [String] = []
    for interface in interfaces {
      let command = Command(
        [
          Self.program, "--silent", "--show-error", "--fail", "--proto", "=http,https", "--max-time",
          "\(Self.patience.components.seconds)", "\(interface)/cluster",
        ], timeout: Self.patience * 2)
      do {
        let result = try await commands.run(command)
        if result.isSuccess, let cluster = PatroniCluster(result.output.bytes) { return cluster }
        let said = result.error.text.split(separator: "\n").first.map(String.init)
        reasons.append(said ?? "\(interface) does not answer as Patroni does")
      } catch let error as HostError {
        reasons.append("\(error)")
      }
    }
    throw PostgreSQLError("no member of the cluster answers: \(reasons.joined(separator: "; "))")
  }
}

/// A cluster as Patroni tells it.
public struct PatroniCluster: Sendable, Equatable {
  /// One server of it.
  public struct Member: Sendable, Equatable {
    /// Its name, which it also has as a standby.
    public let name: String
    /// `leader`, `replica`, `sync_standby`, `standby_leader` …
    public let role: String
    /// `running`, `streaming`, `stopped`, `start failed` …
    public let state: String
    /// Whether it was told never to lead (the tag `nofailover`).
    public let neverLeads: Bool
    /// Where it takes sessions; nil where it never said.
    public let address: (host: String, port: Int)?

    public static func == (left: Member, right: Member) -> Bool {
      left.name == right.name && left.role == right.role && left.state == right.state
        && left.neverLeads == right.neverLeads && left.address?.host == right.address?.host
        && left.address?.port == right.address?.port
    }
  }

  /// Its members, as Patroni orders them.
  public let members: [Member]
  /// Whether somebody told Patroni to leave it alone (`patronictl pause`): then nothing fails over.
  public let isPaused: Bool

  /// The member that takes writes; nil while none does.
  public var leader: Member? { members.first { $0.role == "leader" && $0.state == "running" } }

  /// What a member answered; nil where it is nothing that Patroni says.
  init?(_ answer: [UInt8]) {
    guard let said = try? JSON(parsing: answer), !said["members"].elements.isEmpty else { return nil }
    members = said["members"].elements.compactMap { member in
      guard let name = member["name"].text, let role = member["role"].text, let state = member["state"].text
      else { return nil }
      let port = member["port"].int.map(Int.init) ?? PostgreSQLAddress.defaultPort
      return Member(
        name: name, role: role, state: state, neverLeads: member["tags"]["nofailover"] == true,
        address: member["host"].text.map { ($0, port) })
    }
    isPaused = said["pause"] == true
  }
}
