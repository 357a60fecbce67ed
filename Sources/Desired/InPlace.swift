import Host
import Reconciliation
import Specification

/// What was last known of one file, by which it is told whether it is being written where it lies.
///
/// A file that comes by a rename is another one, and whole at once. One that is written in place (by `scp`, `rsync --inplace`,
/// over NFS, by `cat a b > file`) can be met at any moment between its first byte and its last, and each cut between two keys is
/// a file that means something: one without its guard, or without what runs.
struct InPlace: Sendable {
  /// Which file was last told of.
  var identity: FileIdentity?
  /// The resources, and the keys of the head, of the version in force.
  private var resources: Set<ResourceID> = []
  private var keys: Set<String> = []

  /// How long a file that is written in place is left alone before it is taken; and one in which something that was there is
  /// gone, which may be still to come.
  static let quiet = Duration.milliseconds(250)
  static let quietWhereSomethingIsGone = Duration.seconds(5)

  /// This version is in force.
  mutating func adopt(_ environment: AdoptedEnvironment) {
    resources = Set(environment.resources.map(\.id))
    keys = Set(environment.header.places.keys)
  }

  /// How much longer it is left alone before it is taken; nil where it may be taken now.
  func wait(for source: SourceFile, _ reading: EnvironmentReading) -> Duration? {
    guard let origin = source.origin, origin.identity == identity else { return nil }
    let isGone =
      reading.adopted.map {
        !resources.isSubset(of: $0.resources.map(\.id)) || !keys.isSubset(of: $0.header.places.keys)
      } ?? false
    let left = (isGone ? InPlace.quietWhereSomethingIsGone : InPlace.quiet) - origin.leftAlone
    return left > .zero ? left : nil
  }

  /// The reading, refused where the file was written in place and ends within a line.
  func checked(_ source: SourceFile, _ reading: EnvironmentReading) -> EnvironmentReading {
    guard let origin = source.origin, origin.identity == identity, reading.adopted != nil,
      let bytes = try? source.contents.get(), let last = bytes.last, last != UInt8(ascii: "\n")
    else { return reading }
    let mistakes = Mistakes()
    mistakes.add(
      "the file ends within a line: it is cut off, or still being written; where it is whole, end it with a line end",
      at: Place(file: source.name, line: bytes.count { $0 == UInt8(ascii: "\n") } + 1))
    return EnvironmentReading(
      environment: reading.environment, file: reading.file, digest: reading.digest, adopted: nil,
      mistakes: mistakes.all + reading.mistakes, holdings: [])
  }
}
