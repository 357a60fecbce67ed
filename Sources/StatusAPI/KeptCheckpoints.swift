/// The checkpoints that `--checkpoint` names: each a line of ``CheckpointBody``, or a file of such lines.
public enum KeptCheckpoints {
  /// Reads what was given. In a file, an empty line and one that begins with `#` say nothing.
  /// - Parameter file: The bytes of the file at a path; nil where there is none.
  /// - Throws: ``Unreadable``, and what `file` throws.
  public static func read(_ arguments: [String], file: (String) throws -> [UInt8]?) throws -> [CheckpointBody]
  {
    try arguments.flatMap { argument in
      if let checkpoint = CheckpointBody(line: argument) { return [checkpoint] }
      guard let bytes = try file(argument) else {
        throw Unreadable(
          where: "--checkpoint '\(argument.prefix(100))'", what: "neither a checkpoint nor a file")
      }
      return try lines(of: String(decoding: bytes, as: UTF8.self), in: argument)
    }
  }

  private static func lines(of text: String, in path: String) throws -> [CheckpointBody] {
    var checkpoints: [CheckpointBody] = []
    let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
    for (number, line) in zip(1..., lines) {
      guard let first = line.first(where: { !$0.isWhitespace }), first != "#" else { continue }
      guard let checkpoint = CheckpointBody(line: String(line)) else {
        throw Unreadable(where: "\(path):\(number)", what: "no checkpoint")
      }
      checkpoints.append(checkpoint)
    }
    // Whoever meant to prove something must not take the proof of nothing for it.
    guard !checkpoints.isEmpty else { throw Unreadable(where: path, what: "a file without a checkpoint") }
    return checkpoints
  }

  /// What is no checkpoint, and where it stands.
  public struct Unreadable: Error, Sendable, Hashable, CustomStringConvertible {
    let `where`: String
    let what: String

    public var description: String {
      "\(`where`): this is \(what). `steward events checkpoint` prints one: steward log v1 SEQUENCE HASH MOMENT"
    }
  }
}
