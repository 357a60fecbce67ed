import Cryptography
public import Host

/// A file as somebody else read it: this target opens none.
public struct SourceFile: Sendable {
  /// Its path below the configuration folder, as messages show it: `environments/staging.yaml`.
  public var name: String
  /// Its bytes, or why they could not be read.
  public var contents: Result<[UInt8], UnreadableFile>
  /// Which file it was, and for how long it had been left alone; nil where nobody looked.
  public var origin: Origin?

  /// A file on a disk, at a moment.
  public struct Origin: Sendable, Hashable {
    /// Which one.
    public var identity: FileIdentity
    /// For how long nobody had written it.
    public var leftAlone: Duration

    /// A file that nobody had written for so long.
    public init(_ identity: FileIdentity, leftAlone: Duration) {
      self.identity = identity
      self.leftAlone = leftAlone
    }
  }

  /// A file with its contents.
  public init(name: String, contents: Result<[UInt8], UnreadableFile>, origin: Origin? = nil) {
    self.name = name
    self.contents = contents
    self.origin = origin
  }

  /// A SHA-256 of the bytes in hexadecimal digits; of nothing where they could not be read.
  public var digest: String { SHA256Digest(of: (try? contents.get()) ?? []).hex }

  /// The last part of the name without `.yaml`: `staging`.
  public var stem: String {
    let last = name.split(separator: "/").last.map(String.init) ?? name
    return last.hasSuffix(".yaml") ? String(last.dropLast(5)) : last
  }
}

/// Why a file could not be read, in the system's words: `Permission denied`.
public struct UnreadableFile: Error, Hashable, Sendable {
  public var reason: String

  public init(_ reason: String) {
    self.reason = reason
  }
}
