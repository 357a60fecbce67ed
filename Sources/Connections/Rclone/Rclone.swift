import CrashPoints
internal import FoundationEssentials
public import Host

/// Cold stores of any kind through rclone(1), one process a call. What is written is given and read back through pipes: no
/// copy lies on this machine meanwhile.
public struct Rclone: Sendable {
  /// One file in a store.
  public struct Entry: Sendable, Hashable {
    /// Its path below the folder that was listed.
    public let path: String
    /// Its length in bytes.
    public let bytes: Int64
  }

  private let commands: any CommandRunner
  private let configuration: String

  private static let program = "/usr/bin/rclone"
  /// A listing of a hundred thousand files takes a store a minute; one that takes longer hangs.
  private static let listingTimeout = Duration.seconds(120)
  /// A hundred gigabytes at a few megabytes a second, with room.
  private static let copyTimeout = Duration.seconds(12 * 3_600)
  private static let listingBytesMax = 64 << 20

  /// rclone as `commands` runs it, with its stores from the file `configuration`.
  public init(_ commands: any CommandRunner, configuration: String) {
    self.commands = commands
    self.configuration = configuration
  }

  /// Every file below `folder`, in one call.
  /// - Throws: `HostError`, also where there is no such folder, which is not an empty one; `CancellationError`.
  public func list(_ folder: RemotePath) async throws -> [Entry] {
    let words = ["lsjson", "--recursive", "--files-only", "--no-mimetype", "--no-modtime", "\(folder)"]
    var command = command(words, timeout: Self.listingTimeout)
    command.outputBytesMax = Self.listingBytesMax
    let result = try await effect("cold.list") { [command] in try await commands.run(command) }
    // 3: directory not found (rclone(1), list of exit codes).
    if result.end == .exited(3) {
      throw HostError("list", "\(folder)", "there is no such folder in the store")
    }
    guard result.isSuccess else { throw failure(result, of: command, "list", "\(folder)") }
    guard !result.output.isTruncated else {
      throw HostError("list", "\(folder)", "there are more files than one look takes in")
    }
    struct Listed: Decodable {
      var path: String
      var size: Int64
      enum CodingKeys: String, CodingKey {
        case path = "Path"
        case size = "Size"
      }
    }
    guard let listed = try? JSONDecoder().decode([Listed].self, from: Data(result.output.bytes)) else {
      throw HostError("list", "\(folder)", "rclone's answer cannot be understood")
    }
    return listed.map { Entry(path: $0.path, bytes: $0.size) }
  }

  /// Writes what the shell words `filter` make of the file at `source` to `name` below `folder`: `gzip -nc`, `cat`. Only a
  /// whole file gets the name; but whether it is the right one is for ``digest(of:in:through:)`` to say.
  /// - Throws: `HostError`; `CancellationError`.
  public func put(_ source: String, through filter: String, to name: String, in folder: RemotePath)
    async throws
  {
    let unfinished = folder.below("\(name).unfinished")
    let script = #"\#(filter) <"$0" | exec "$@""#
    let upload = Command(
      ["/bin/sh", "-c", script, source, Self.program] + options + ["rcat", unfinished],
      timeout: Self.copyTimeout)
    let uploaded = try await effect("cold.upload") { try await commands.run(upload) }
    guard uploaded.isSuccess else { throw failure(uploaded, of: upload, "write", folder.below(name)) }
    let rename = command(["moveto", unfinished, folder.below(name)], timeout: Self.copyTimeout)
    let renamed = try await effect("cold.publish") { try await commands.run(rename) }
    guard renamed.isSuccess else { throw failure(renamed, of: rename, "rename", folder.below(name)) }
  }

  /// Reads `name` below `folder` from end to end and returns the SHA-256 digest of what the shell words `filter` make of
  /// it, in hexadecimal digits.
  /// - Throws: `HostError` where it cannot be read whole; `CancellationError`.
  public func digest(of name: String, in folder: RemotePath, through filter: String) async throws -> String {
    // A pipe ends as its last command does; that the first one failed must be seen, or half a file were another file.
    let script =
      #"exec 4>&1; s=$({ { "$@"; echo $? >&3; } | \#(filter) | sha256sum >&4; } 3>&1); exit "$s""#
    let command = Command(
      ["/bin/sh", "-c", script, "digest", Self.program] + options + ["cat", folder.below(name)],
      timeout: Self.copyTimeout)
    let result = try await effect("cold.prove") { try await commands.run(command) }
    guard result.isSuccess else { throw failure(result, of: command, "read back", folder.below(name)) }
    return String(result.output.text.prefix(64))
  }

  /// Removes these files below `folder`, in one call. What is not there is no error.
  /// - Throws: `HostError`; `CancellationError`.
  public func remove(_ names: [String], in folder: RemotePath) async throws {
    guard !names.isEmpty else { return }
    var command = command(
      ["delete", "--files-from-raw", "/dev/stdin", "\(folder)"], timeout: Self.copyTimeout)
    command.input = Array(names.map { "\($0)\n" }.joined().utf8)
    let result = try await effect("cold.purge") { [command] in try await commands.run(command) }
    guard result.isSuccess else { throw failure(result, of: command, "remove from", "\(folder)") }
  }

  /// A store that is down is down: the next look tries again, so rclone need not for minutes.
  private var options: [String] {
    [
      "--config", configuration, "--ask-password=false", "--contimeout", "10s", "--timeout", "60s",
      "--retries", "1",
      "--low-level-retries", "3",
    ]
  }

  private func command(_ words: [String], timeout: Duration) -> Command {
    Command([Self.program] + options + words, timeout: timeout)
  }

  private func failure(
    _ result: CommandResult, of command: Command, _ operation: String, _ subject: String
  ) -> HostError {
    HostError(operation, subject, result.failure(of: command).reason, class: .transient)
  }
}
