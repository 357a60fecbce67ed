import ArgumentParser
import StatusAPI

/// `steward rotate`: make a new version of a secret now.
struct RotateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rotate", abstract: "Rotate a secret now; its previous version stays valid for its overlap.")
  @Argument(
    help: "A secret: staging/secrets/API_KEY, or staging/API_KEY.", completion: .resource(in: "secrets"))
  var secret: String
  @Option(help: ArgumentHelp("Why.", valueName: "text")) var reason: String?
  @OptionGroup var client: ClientOptions
  func run() throws {
    try submit(client, "rotate", RequestBody(scope: secret.resource(in: "secrets"), reason: reason))
  }
}

/// `steward restart`: restart instances one at a time.
struct RestartCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restart", abstract: "Restart instances, one at a time.")
  @Argument(
    help: "Instances: staging/instances/web, or staging/web.", completion: .resource(in: "instances"))
  var instances: String
  @Option(help: ArgumentHelp("Why.", valueName: "text")) var reason: String?
  @OptionGroup var client: ClientOptions
  func run() throws {
    try submit(client, "restart", RequestBody(scope: instances.resource(in: "instances"), reason: reason))
  }
}

/// `steward backup …`.
struct BackupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup", abstract: "What can be asked of backups.", subcommands: [Drill.self])

  /// `steward backup drill`: prove that a backup can be restored.
  struct Drill: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "drill", abstract: "Restore the newest backup into a scratch folder now, and time it.")
    @Argument(
      help: "A backup: production/backups/main, or production/main.", completion: .resource(in: "backups"))
    var backup: String
    @Option(help: ArgumentHelp("Why.", valueName: "text")) var reason: String?
    @OptionGroup var client: ClientOptions
    func run() throws {
      try submit(client, "drill", RequestBody(scope: backup.resource(in: "backups"), reason: reason))
    }
  }
}

/// `steward reconcile`: look and plan now.
struct ReconcileCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reconcile", abstract: "Look and plan again now, and forget back-off.")
  @Argument(help: "What: staging, staging/instances, staging/instances/web.", completion: .scope) var scope:
    String
  @OptionGroup var client: ClientOptions
  func run() throws { try submit(client, "reconcile", RequestBody(scope: scope)) }
}

/// `steward approve`: let what the guard holds back happen.
struct ApproveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "approve",
    abstract: "Approve an action that waits, once; steward plan shows it and its number.")
  @Argument(help: "The resource whose action waits.", completion: .resource) var resource: String
  @Argument(
    help: "The number that steward plan shows: it names just that action as it is now.", completion: .digest)
  var digest: String
  @Option(help: ArgumentHelp("Why.", valueName: "text")) var reason: String?
  @OptionGroup var client: ClientOptions
  func run() throws {
    try submit(client, "approve", RequestBody(scope: resource, reason: reason, digest: digest))
  }
}

/// `steward secret …`.
struct SecretCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "secret", abstract: "What can be asked of secrets.", subcommands: [Get.self])

  /// `steward secret get`: the current value, for those who may; recorded before it is shown.
  struct Get: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "get", abstract: "Print a secret's current value. The log remembers who read it.")
    @Argument(
      help: "A secret: staging/secrets/API_KEY, or staging/API_KEY.", completion: .resource(in: "secrets"))
    var secret: String
    @OptionGroup var client: ClientOptions
    func run() throws { try client.show(.reveal(secret.resource(in: "secrets"))) { print($0.value) } }
  }
}

extension String {
  /// `staging/API_KEY` as `staging/secrets/API_KEY`: the command says already which section is meant.
  func resource(in section: String) -> String {
    let parts = split(separator: "/", omittingEmptySubsequences: false)
    return parts.count == 2 ? "\(parts[0])/\(section)/\(parts[1])" : self
  }
}
