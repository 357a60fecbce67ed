import Calendar
import Hummingbird

/// The items of a request's query, read as strictly as files are: an item that is not known is refused,
/// because whoever mistypes a filter must not take everything for the answer.
struct QueryItems {
  private let items: [(name: String, value: String)]

  /// The items of `request`.
  /// - Throws: ``StatusError`` where one is not among `known`.
  init(_ request: Request, known: [String]) throws(StatusError) {
    items = request.uri.queryParameters.map { (String($0.key), String($0.value)) }.filter { !$0.0.isEmpty }
    if let stranger = items.first(where: { !known.contains($0.name) }) {
      throw .invalid(
        "there is no `\(stranger.name.prefix(40))` here",
        hint: known.isEmpty ? "this takes no query" : "known: \(known.joined(separator: ", "))")
    }
  }

  /// Whether the item stands there.
  func has(_ name: String) -> Bool { items.contains { $0.name == name } }

  /// The item's value; nil where it is not there or empty.
  func text(_ name: String) -> String? {
    items.last { $0.name == name }.flatMap { $0.value.isEmpty ? nil : $0.value }
  }

  /// The values of an item that may stand there several times.
  func values(_ name: String) -> [String] { items.filter { $0.name == name }.map(\.value) }

  /// The values of an item that may stand there several times, or hold several with commas between them.
  func list(_ name: String) -> [String] {
    values(name).flatMap { $0.split(separator: ",").map(String.init) }
  }

  /// The item as a moment.
  func instant(_ name: String) throws(StatusError) -> Instant? {
    guard let text = text(name) else { return nil }
    guard let instant = Instant(rfc3339: text) else {
      throw .invalid("`\(name)` is no timestamp", hint: "as in RFC 3339: 2026-11-21T13:03:00Z")
    }
    return instant
  }

  /// The item as a number within `range`.
  func integer(_ name: String, in range: ClosedRange<Int64>) throws(StatusError) -> Int64? {
    guard let text = text(name) else { return nil }
    guard let value = Int64(text), range.contains(value) else {
      throw .invalid("`\(name)` must be a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  /// The item as a flag: `follow`, `follow=true`, `follow=1`.
  func flag(_ name: String) throws(StatusError) -> Bool {
    guard has(name) else { return false }
    switch text(name) {
    case nil, "true", "1": return true
    case "false", "0": return false
    default: throw .invalid("`\(name)` must be true or false")
    }
  }
}
