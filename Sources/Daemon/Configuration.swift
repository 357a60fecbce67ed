public import Calendar
public import Desired
public import Host
public import Reconciliation
import Synchronization

/// The configuration folder as it lies on the disk: read when something in it changes, on demand, and each minute
/// anyway; told to the reducer where it means something new.
///
/// The last good version of each file is kept in the state folder, so that a daemon that starts while somebody edits
/// keeps what was in force, and a mistake at the wrong moment takes nothing down.
public final class Configuration: Sendable {
  /// The folder with `steward.yaml` and `environments/`.
  public let folder: String
  /// Where the last good versions are kept.
  public let lastGoodFolder: String

  let environmentOf: @Sendable (SourceFile, StewardFile?) -> EnvironmentReading
  let clock: any WallClock
  private let reloads: AsyncStream<Void>.Continuation
  let wishes: AsyncStream<Void>
  let state = Mutex(State())

  struct State {
    var steward: StewardFile?
    var stewardDigest: String?
    /// How often `steward` was replaced.
    var revision: UInt64 = 0
    var files = EnvironmentFiles()
    /// What was adopted and is not kept as the last good version yet.
    var unkept: [SourceFile] = []
    var problems: [String] = []
    var isFirst = true
  }

  /// How often everything is read even if nothing was noticed: an inotify queue that overflowed, a network file system
  /// that reports nothing, a link whose target changed.
  static let rescanEvery = Duration.seconds(60)

  /// How long a file that was there may be gone or empty before that is believed. Who saves a file by removing it and
  /// writing it anew, as `git checkout` does, or by moving it out of the way first, as vim does, leaves a moment without it.
  static let gapLongest = Duration.milliseconds(250)

  /// The configuration in `folder`, understood by these controllers.
  public init(
    folder: String, stateFolder: String, controllers: [ControllerKind], zones: ZoneDatabase,
    clock: any WallClock
  ) {
    self.folder = folder
    self.lastGoodFolder = "\(stateFolder)/adopted"
    self.clock = clock
    let own = [
      OwnFolder(stateFolder, "stewardd's state"), OwnFolder(folder, "stewardd's configuration"),
    ]
    environmentOf = { source, steward in
      EnvironmentFile(zones: zones, controllers: controllers, steward: steward, ownFolders: own).read(source)
    }
    (wishes, reloads) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
  }

  /// What `steward.yaml` says; nil until it was read.
  public var steward: StewardFile? { state.withLock(\.steward) }

  /// How often what `steward.yaml` says has changed.
  public var revision: UInt64 { state.withLock(\.revision) }

  /// `socket:` of `steward.yaml` as it is on the disk now, or of the last good version; nil where it is not written.
  public var writtenSocket: String? { written?.socket }

  /// `stores: {secrets: …}` of `steward.yaml` as it is on the disk now, or of the last good version; nil where there is
  /// neither, upon which nothing is kept at all.
  public var writtenSecretStore: StewardFile.SecretStore? { written?.secretStore }

  /// What will be in force.
  private var written: StewardFile? {
    StewardFile.read(.steward(in: folder, trusting: Trust())).steward ?? lastGoodSteward
  }

  /// The last good version of `steward.yaml`.
  var lastGoodSteward: StewardFile? { StewardFile.read(.read("steward.yaml", in: lastGoodFolder)).steward }

  /// What is wrong with the folder or `steward.yaml`, one line each.
  public var problems: [String] { state.withLock(\.problems) }

  /// Asks for everything to be read anew, as SIGHUP does.
  public func reload() { reloads.yield() }
}

/// The daemon cannot start on this configuration.
public struct UnusableConfiguration: Error, CustomStringConvertible {
  /// Every mistake, one a line.
  public let mistakes: [String]

  public var description: String { mistakes.joined(separator: "\n") }
}
