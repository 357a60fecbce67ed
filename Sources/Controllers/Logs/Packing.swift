import CrashPoints
import Cryptography
import Host

/// How a log is brought into the archive: compressed by the system's gzip, or, where it is compressed already, as it is.
///
/// The tools are handed the files that were opened and examined here, through /proc/PID/fd: they look up no path that
/// somebody could exchange meanwhile.
enum Packing: Equatable {
  case gzip, asItIs

  /// Copies standard-named files: `$1` to `$2`, with its time.
  private var copying: String {
    switch self {
    case .gzip: #"gzip -nc <"$1" >"$2" && touch -r "$1" "$2""#
    case .asItIs: #"cat <"$1" >"$2" && touch -r "$1" "$2""#
    }
  }

  /// Prints the digest of what `$1` holds once it is unpacked; fails where it cannot be.
  private var digesting: String {
    switch self {
    case .gzip: #"gzip -t <"$1" && gzip -dc <"$1" | sha256sum"#
    case .asItIs: #"sha256sum <"$1""#
    }
  }

  /// What packs a stream, and what unpacks one.
  var filter: String { self == .gzip ? "gzip -nc" : "cat" }
  var inverse: String { self == .gzip ? "gzip -dc" : "cat" }

  /// A hundred gigabytes at a few megabytes a second, with room: a longer one hangs.
  private static let timeout = Duration.seconds(12 * 3_600)

  /// Fills `copy`, which is new and empty, from `log`.
  func pack(_ log: OpenFile, into copy: NewFile, by commands: any CommandRunner) async throws {
    let command = Self.command(copying, [Self.link(log.rawDescriptor), Self.link(copy.rawDescriptor)])
    defer { withExtendedLifetime((log, copy)) {} }
    let result = try await effect("archive.pack") { try await commands.run(command) }
    guard result.isSuccess else { throw result.failure(of: command) }
  }

  /// The digest of a packed file's content.
  func digest(of packed: OpenFile, by commands: any CommandRunner) async throws -> SHA256Digest {
    let command = Self.command(digesting, [Self.link(packed.rawDescriptor)])
    defer { withExtendedLifetime(packed) {} }
    let result = try await effect("archive.compare") { try await commands.run(command) }
    guard result.isSuccess, let digest = SHA256Digest(hex: result.output.text.prefix(64)) else {
      throw result.failure(of: command)
    }
    return digest
  }

  private static func command(_ script: String, _ arguments: [String]) -> Command {
    Command(["/bin/sh", "-c", script, "archive"] + arguments, timeout: timeout)
  }

  static func link(_ descriptor: Int32) -> String { "/proc/\(Machine.processID)/fd/\(descriptor)" }
}

extension OpenFile {
  /// The digest of the whole file, read in pieces. Blocks.
  func digest() throws(HostError) -> SHA256Digest {
    var hasher = SHA256Hasher()
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
    defer { buffer.deallocate() }
    while true {
      let count = try read(into: buffer)
      if count == 0 { return hasher.finish() }
      hasher.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }
}
