public import Calendar

/// What the operator wrote of one entry of `instances`.
public struct InstancesSpec: Sendable, Hashable {
  /// Who keeps the processes.
  public enum Supervision: String, Sendable, CaseIterable {
    /// The daemon itself, as its children.
    case process
    /// systemd, as the instances of a template unit that the operator wrote.
    case systemd
  }

  /// `run:`, the program by its absolute path, then its arguments, with placeholders; none where systemd keeps them, whose
  /// unit says it.
  public var run: [String]
  /// `on:`.
  public var on = Supervision.process
  /// `unit:`, the template whose instances they are, up to the `@`: `web@`. Empty where the daemon keeps them itself.
  public var unit = ""
  /// `count:`, how many run while it is open: the lower bound is kept, up to the upper one is left alone.
  public var count = 1...1
  /// `scale:`, by what there are more or fewer; nil where there are as many as written.
  public var scaling: Scaling?
  /// `port:` of the first instance; the others get the ports that follow.
  public var port: Int?
  /// `folder:`, where they work.
  public var folder = "/"
  /// `open:` and `closed:`, when any run at all.
  public var hours = Hours.always
  /// `variables:`, in plain text.
  public var variables: [String: String] = [:]
  /// `secrets:`, the names of what they get in their environment besides, in the order of their names.
  public var secrets: [String] = []
  /// `stop within:`, the time between SIGTERM and SIGKILL.
  public var stopWithin = Duration.seconds(10)
  /// `ready after:`, how long one has to run before it counts as ready.
  public var readyAfter = Duration.seconds(2)

  /// The highest index that there may ever be.
  public var highest: Int { max(count.upperBound, scaling?.between.upperBound ?? 0) }

  /// What runs if nothing but `run:` is written.
  public init(run: [String]) { self.run = run }

  /// More processes than this of one kind on one machine is a slip of the finger.
  public static let countMax = 100
  /// A stop holds up everything else of its resource, so it must end while someone still waits for it.
  public static let waitMax = Duration.seconds(3600)

  /// The port of the instance with this index.
  func port(of index: Int) -> Int? { port.map { $0 + index - 1 } }
}
