import Reconciliation

extension DatabaseSetting {
  /// Lists whose items PostgreSQL quotes one by one; the items of other lists are a part of one text.
  private static let lists: Set = [
    "local_preload_libraries", "session_preload_libraries", "temp_tablespaces",
  ]
  /// Those by which a client can be refused, cut off or kept waiting, or by which an acknowledged commit can be lost.
  private static let disruptive: Set = [
    "archive_command", "archive_library", "authentication_timeout", "client_connection_check_interval",
    "default_transaction_isolation", "default_transaction_read_only", "idle_in_transaction_session_timeout",
    "idle_session_timeout", "krb_server_keyfile", "local_preload_libraries", "password_encryption",
    "row_security", "session_preload_libraries", "ssl", "ssl_ca_file", "ssl_cert_file",
    "ssl_ciphers", "ssl_crl_file", "ssl_key_file", "ssl_min_protocol_version", "ssl_max_protocol_version",
    "synchronous_commit", "synchronous_standby_names", "temp_file_limit", "transaction_timeout",
  ]

  /// What giving a setting this value can cost. Without `fsync` or `full_page_writes` a power cut destroys the cluster.
  static func risk(of name: String, _ value: String) -> Risk {
    switch name {
    case "fsync", "full_page_writes": bool(value) == false ? .destructive : .safe
    default: disruptive.contains(name) ? .disruptive : .safe
    }
  }

  /// The values that a value is made of, without the quotes that the server shows: one, where the setting is no list.
  static func items(of value: String, in name: String) -> [String] {
    guard lists.contains(name) else { return [value] }
    return value.split(separator: ",").map { $0.filter { $0 != " " && $0 != "\"" } }
  }

  /// Units as postgresql.conf has them, in the smallest of their kind: bytes, microseconds.
  private static let memory: [String: Double] = [
    "B": 1, "kB": 1024, "MB": 1_048_576, "GB": 1_073_741_824, "TB": 1_099_511_627_776,
  ]
  private static let time: [String: Double] = [
    "us": 1, "ms": 1e3, "s": 1e6, "min": 60e6, "h": 3600e6, "d": 86_400e6,
  ]

  /// Whether the server has what is written.
  func holds(_ written: String) -> Bool {
    switch type {
    case "bool": Self.bool(written) == Self.bool(value)
    case "integer", "real":
      inUnit(written).flatMap(Double.init).map { $0 == Double(value) } ?? false
    case "enum":
      // `yes` is another word for `on` here too, where the setting has an `on` beside others.
      written.lowercased() == value.lowercased()
        || Self.bool(written) != nil && Self.bool(written) == Self.bool(value)
    default: Self.items(of: written, in: name) == Self.items(of: value, in: name)
    }
  }

  /// What is written, as the server shows it; nil where it cannot be a value of this setting.
  func inUnit(_ written: String) -> String? {
    switch type {
    case "bool": return Self.bool(written).map { $0 ? "on" : "off" }
    case "integer", "real": break
    default: return Self.items(of: written, in: name).joined(separator: ", ")
    }
    let number = written.prefix { $0.isNumber || $0 == "." || $0 == "-" }
    let suffix = String(written.dropFirst(number.count).drop { $0 == " " })
    guard let amount = Double(number) else { return nil }
    if suffix.isEmpty { return text(amount) }
    guard let unit else { return nil }
    // A unit such as `8kB` counts pages.
    let pages = Double(unit.prefix { $0.isNumber }) ?? 1
    let base = String(unit.drop { $0.isNumber })
    for scales in [Self.memory, Self.time] {
      if let from = scales[suffix], let to = scales[base] { return text(amount * from / (to * pages)) }
    }
    return nil
  }

  /// A number as the server shows it: whole, to the nearest and then the even one, where the setting is.
  private func text(_ amount: Double) -> String {
    let number = type == "integer" ? amount.rounded(.toNearestOrEven) : amount
    return number == number.rounded() && abs(number) < 1e15 ? "\(Int64(number))" : "\(number)"
  }

  private static func bool(_ text: String) -> Bool? {
    switch text.lowercased() {
    case "on", "true", "yes", "1": true
    case "off", "false", "no", "0": false
    default: nil
    }
  }
}
