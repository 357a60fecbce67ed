import SecretStore
import Specification

extension VaultSettings {
  /// `vault: {…}`; nil where there is a mistake, which is recorded.
  init?(reading reader: MappingReader) {
    let address = reader.value("address", .required) { node throws(Misreading) in try node.vaultAddress() }
    let trust = reader.path("trust")
    let namespace = reader.value("namespace") { node throws(Misreading) in try node.vaultPath() }
    let mount = reader.value("mount") { node throws(Misreading) in try node.vaultPath() }
    let path = reader.value("path") { node throws(Misreading) in try node.vaultPath() }
    let login = reader.mapping("login", .required).flatMap { reader in
      defer { reader.close() }
      return Login(reading: reader)
    }
    guard let address, let login, !reader.mistakes.hasErrors else { return nil }
    self.init(address: address, trust: trust, namespace: namespace, login: login)
    if let mount { self.mount = mount }
    if let path { self.path = path }
    if ![self.path, self.mount, namespace ?? ""].contains(where: { $0.contains(Self.placeholder) }) {
      reader.refuse(
        "path",
        "every environment needs a place of its own: write `\(Self.placeholder)` in `path`, `mount` or `namespace`"
      )
    }
  }
}

extension VaultSettings.Login {
  fileprivate init?(reading reader: MappingReader) {
    func file(_ key: String) -> String? {
      reader.value(key) { node throws(Misreading) in
        let path = try node.absolutePath()
        try node.checkPlaceholders(in: path)
        return path
      }
    }
    let (token, role, secret) = (file("token file"), file("role id file"), file("secret id file"))
    let isAppRole = reader.has("role id file") || reader.has("secret id file")
    switch (reader.has("token file"), isAppRole) {
    case (true, true):
      reader.refuse("token file", "a login is by `token file`, or by `role id file` and `secret id file`")
      return nil
    case (false, false):
      reader.mistakes.add(
        "\(reader.path) needs `token file`, or `role id file` and `secret id file`", at: reader.place)
      return nil
    case (true, false):
      guard let token else { return nil }
      self = .token(file: token)
    case (false, true):
      for key in ["role id file", "secret id file"] where !reader.has(key) {
        reader.mistakes.add("AppRole needs `\(key)` too", at: reader.place)
      }
      guard let role, let secret else { return nil }
      self = .appRole(roleIDFile: role, secretIDFile: secret)
    }
  }
}

extension SpecNode {
  /// The URL of a vault: `https`, or `http` to this machine itself, where an agent may listen.
  fileprivate func vaultAddress() throws(Misreading) -> String {
    let text = try text()
    let wanted = "a vault's address is a URL without a path, such as https://vault.example.org:8200"
    let parts = text.split(separator: "://", maxSplits: 1).map(String.init)
    guard parts.count == 2, ["https", "http"].contains(parts[0]) else {
      throw Misreading("\(wanted), not \(quoted(text))", at: place)
    }
    let (host, port) = Self.hostAndPort(parts[1])
    guard let host, port.map({ (1...65_535).contains(Int($0) ?? 0) }) ?? true else {
      throw Misreading("\(wanted), not \(quoted(text))", at: place)
    }
    guard parts[0] == "https" || host == "localhost" || host == "[::1]" || host.hasPrefix("127.") else {
      throw Misreading(
        "secrets do not go over a network in the clear: write https://\(parts[1]); http is for 127.0.0.1 alone",
        at: place)
    }
    return text
  }

  /// nil where there is no host in it; a port as written.
  private static func hostAndPort(_ text: String) -> (host: String?, port: String?) {
    var (host, rest) = (Substring(), text[...])
    if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
      (host, rest) = (text[...end], text[text.index(after: end)...])
      guard host.dropFirst().dropLast().allSatisfy({ $0.isHexDigit || ":.".contains($0) }) else {
        return (nil, nil)
      }
    } else {
      host = text.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0)) }
      rest = text.dropFirst(host.count)
    }
    guard !host.isEmpty, rest.isEmpty || rest.hasPrefix(":") else { return (nil, nil) }
    return (String(host), rest.isEmpty ? nil : String(rest.dropFirst()))
  }

  /// A mount, a namespace or a folder in it: parts divided by slashes, with none at either end.
  fileprivate func vaultPath() throws(Misreading) -> String {
    let text = try text()
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.allSatisfy({ !["", ".", ".."].contains($0) }),
      text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F })
    else {
      throw Misreading(
        "a path in a vault is such as steward/{environment}, with no slash at its ends, not \(quoted(text))",
        at: place)
    }
    try checkPlaceholders(in: text)
    return text
  }

  fileprivate func checkPlaceholders(in text: String) throws(Misreading) {
    guard !text.replacing(VaultSettings.placeholder, with: "").contains(where: { "{}".contains($0) }) else {
      throw Misreading(
        "the only placeholder is \(VaultSettings.placeholder), in \(quoted(text)) there is another", at: place
      )
    }
  }
}
