public import Reconciliation

/// What a server answered to one command.
public enum RedisReply: Sendable, Hashable {
  /// A value.
  case value(JSON)
  /// Text of many lines, as `INFO` and `CLUSTER INFO` give it.
  case text([String])
  /// An error, as the server words it.
  case error(String)

  /// The value; null where it is none.
  public var json: JSON {
    guard case .value(let json) = self else { return .null }
    return json
  }

  /// The names and values of a map, such as `CONFIG GET` gives; empty where it is none. Where nobody may say HELLO before
  /// the login, `redis-cli` goes on in RESP2, which has no maps: there it is a list of names and values in turn.
  public var members: [String: JSON] {
    guard case .array(let elements) = json else { return json.members }
    var members: [String: JSON] = [:]
    for index in stride(from: 0, to: elements.count - 1, by: 2) {
      guard let name = elements[index].text else { return [:] }
      members[name] = elements[index + 1]
    }
    return members
  }

  /// The fields of `INFO` and its like: `role:master` and so on. Empty where it is no such text.
  public var fields: [String: String] {
    guard case .text(let lines) = self else { return [:] }
    var fields: [String: String] = [:]
    for line in lines where !line.hasPrefix("#") {
      guard let colon = line.firstIndex(of: ":") else { continue }
      fields[String(line[..<colon])] = String(line[line.index(after: colon)...])
    }
    return fields
  }

  /// The reply that `redis-cli --json` printed as these lines.
  ///
  /// It prints a value as one line of JSON, an error as `error:"…"` or bare where the server sent one to a command of
  /// text, and text as it is.
  init(printed lines: [String]) {
    let lines = lines.map { $0.utf8.last == 13 ? String($0.dropLast()) : $0 }
    guard lines.count == 1, let line = lines.first else {
      self = .text(lines)
      return
    }
    if line.hasPrefix("error:\""), let text = (try? JSON(parsing: Array(line.dropFirst(6).utf8)))?.text {
      self = .error(text.last == " " ? String(text.dropLast()) : text)
    } else if let json = try? JSON(parsing: Array(line.utf8)) {
      self = .value(json)
    } else if Self.beginsLikeAnError(line) {
      self = .error(line)
    } else {
      self = .text(lines)
    }
  }

  /// The replies in the one that ends a transaction, printed as one line: `["OK",error:"ERR …"]`. nil where it is none.
  static func all(printed line: String) -> [RedisReply]? {
    guard line.hasPrefix("[") else { return nil }
    let plain = line.replacing(#/([\[,])error:"/#) { "\($0.1)\"\(errorMark)" }
    guard let json = try? JSON(parsing: Array(plain.utf8)) else { return nil }
    return json.elements.map { element in
      guard let text = element.text, text.hasPrefix(errorMark) else { return .value(element) }
      return .error(String(text.dropFirst(errorMark.count)))
    }
  }

  private static let errorMark = "error:"

  /// `ERR …`, `NOPERM …`: a word in capitals, and more.
  private static func beginsLikeAnError(_ line: String) -> Bool {
    let word = line.prefix { $0 != " " }
    return word.count >= 3 && word.count < line.count && word.utf8.allSatisfy { (65...90).contains($0) }
  }
}
