/// A long-lived program to be started and kept.
public struct ChildLaunch: Sendable {
  /// Which instance it is: unique in this state folder, the same after every restart.
  /// "staging/instances/web/1".
  public var instance: String
  /// The program by its absolute path, then its arguments. No shell, no search path.
  public var arguments: [String]
  /// All variables that it gets, but for the marks; nothing is inherited.
  public var environment: [String: String]
  /// Variables besides, whose names begin with `STEWARD_`, that say what it was started with. They are also kept
  /// on the disk, so nothing in them is secret. The keeper adds two of its own.
  public var marks: [String: String]
  /// The folder it works in.
  public var folder: String

  /// A program with these parts.
  public init(
    instance: String, arguments: [String], environment: [String: String] = [:],
    marks: [String: String] = [:], folder: String = "/"
  ) {
    self.instance = instance
    self.arguments = arguments
    self.environment = environment
    self.marks = marks
    self.folder = folder
  }
}

/// A child: one run of one instance.
public struct Child: Hashable, Sendable, Codable {
  /// Which instance it is.
  public let instance: String
  /// Which process it is: the leader of its session.
  public let process: ProcessIdentity
  /// The random name of this run; each process that descends from it carries it in its environment.
  public let run: String

  /// A child with these marks.
  public init(instance: String, process: ProcessIdentity, run: String) {
    self.instance = instance
    self.process = process
    self.run = run
  }
}

/// The news that a child ended.
public struct ChildExit: Hashable, Sendable {
  /// Which child.
  public let child: Child
  /// How it ended.
  public let end: ProcessEnd

  /// The news that `child` ended in this way.
  public init(child: Child, end: ProcessEnd) {
    self.child = child
    self.end = end
  }
}

/// What came of stopping a child.
public struct ChildStop: Hashable, Sendable {
  /// How its first process ended.
  public let end: ProcessEnd
  /// Whether it had to be killed because it did not end in its time.
  public let wasKilled: Bool
  /// How many processes it had left behind, which were killed.
  public let straysKilled: Int

  /// A stop that came out like this.
  public init(end: ProcessEnd, wasKilled: Bool = false, straysKilled: Int = 0) {
    self.end = end
    self.wasKilled = wasKilled
    self.straysKilled = straysKilled
  }
}
