import Host
import SecretStore

extension Secret {
  /// Letters and digits: the only characters that mean themselves in a shell, a URL, an `.env` file, a pgpass
  /// line, a YAML scalar and an SQL literal alike. What is lost per character is won back by length.
  static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)

  /// The fewest characters with 128 bits: 22 × log2(62) = 130.9.
  static let lengthMin = 22
  /// Longer ones are refused somewhere: in password prompts, in variables on a systemd line.
  static let lengthMax = 256

  /// Draws a value of `length` characters, each of ``alphabet`` equally likely.
  static func generate(length: Int, from randomness: any Randomness) -> Secret {
    // Bytes from the last, incomplete round of the alphabet are thrown away: a remainder alone would make the
    // first eight letters likelier than the others.
    let fair = 256 - 256 % alphabet.count
    var text: [UInt8] = []
    text.reserveCapacity(length)
    while text.count < length {
      let bytes = randomness.bytes(length - text.count).filter { Int($0) < fair }
      text += bytes.map { alphabet[Int($0) % alphabet.count] }
    }
    return Secret(text)
  }
}

/// The `value` of a fixed secret: written for everybody to read, and still never printed.
public struct WrittenSecret: Sendable, Hashable {
  let secret: Secret

  /// Longer than any credential that is meant to be public.
  static let bytesMax = 1024

  public func hash(into hasher: inout Hasher) { hasher.combine(secret.count) }

  /// Why it cannot be used, without the text; nil where it can.
  func refusal(inFile: Bool) -> String? {
    guard secret.count <= Self.bytesMax else { return "is longer than \(Self.bytesMax) bytes" }
    let isPrintable = secret.withBytes { $0.allSatisfy { $0 >= 0x20 && $0 != 0x7F } }
    guard isPrintable else { return "has control characters, which no variable should hold" }
    guard !inFile || secret.withBytes({ $0.allSatisfy(Self.isPlain) }) else {
      return "has characters that readers of variable files take for something else; "
        + "with `file` it may hold letters, digits and _-.~:/+@=,%"
    }
    return nil
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    Secret.alphabet.contains(byte) || "_-.~:/+@=,%".utf8.contains(byte)
  }
}
