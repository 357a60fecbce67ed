import Reconciliation
import Specification

/// Values that stand in a request or in a command's arguments: read so strictly that they can be nothing else there.
extension CertificatesController {
  private static let labelLengthMax = 63
  private static let hostLengthMax = 253

  /// A DNS name as certificates bear it, in ASCII; `*.` may stand before it.
  static func host(_ node: SpecNode) throws(Misreading) -> String {
    let text = try node.text()
    let labels = (text.hasPrefix("*.") ? text.dropFirst(2) : text[...])
      .split(separator: ".", omittingEmptySubsequences: false)
    guard text.utf8.count <= hostLengthMax, labels.count >= 2, labels.allSatisfy(isLabel),
      labels.last?.contains(where: \.isLetter) == true
    else {
      throw Misreading(
        "`\(text)` is no host name, such as www.example.org; other alphabets are written as xn--…",
        at: node.place)
    }
    return text.lowercased()
  }

  private static func isLabel(_ label: Substring) -> Bool {
    (1...labelLengthMax).contains(label.utf8.count) && label.first != "-" && label.last != "-"
      && label.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
  }

  /// `HOST:PORT`, `[::1]:443`; `:80` where no host is needed.
  static func address(_ node: SpecNode, hostIsNeeded: Bool) throws(Misreading) -> String {
    let text = try node.text()
    let colon = text.lastIndex(of: ":") ?? text.endIndex
    let host = text[..<colon]
    let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
    let inner = isBracketed ? host.dropFirst().dropLast() : host
    let isHost =
      inner.allSatisfy {
        $0.isASCII
          && ($0.isLetter || $0.isNumber || ".-_".contains($0)
            || isBracketed && $0 == ":")
      } && !inner.hasPrefix("-") && (!inner.isEmpty || !hostIsNeeded && !isBracketed)
    guard colon < text.endIndex, isHost, let port = Int(text[text.index(after: colon)...]),
      (1...65_535).contains(port)
    else {
      let meant =
        hostIsNeeded ? "HOST:PORT, such as \"www.example.org:443\"" : "\":80\" or \"127.0.0.1:5002\""
      throw Misreading("`\(text)` is no address; write \(meant)", at: node.place)
    }
    return text
  }

  static func address(_ node: SpecNode) throws(Misreading) -> String {
    try address(node, hostIsNeeded: true)
  }

  static func url(_ node: SpecNode) throws(Misreading) -> String {
    let text = try node.text()
    guard text.hasPrefix("https://"),
      text.dropFirst(8).first.map({ $0.isLetter || $0.isNumber || $0 == "[" }) == true,
      text.allSatisfy({ $0.isASCII && !$0.isWhitespace })
    else {
      throw Misreading(
        "an ACME directory is an https URL, such as https://acme-v02.api.letsencrypt.org/directory",
        at: node.place)
    }
    return text
  }

  static func email(_ node: SpecNode) throws(Misreading) -> String {
    let text = try node.text()
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    // It is the name of a folder too, so no slash.
    let isPlain = text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "@.+-_".contains($0)) }
    guard parts.count == 2, isPlain, parts.allSatisfy({ !$0.isEmpty }), text.first?.isLetter == true
    else {
      throw Misreading("an address such as ops@example.org is meant", at: node.place)
    }
    return text
  }

  /// A unit that systemctl(1) reloads, or a command.
  static func reload(_ node: SpecNode) throws(Misreading) -> [String] {
    guard case .scalar = node.content else { return try node.command() }
    let unit = try node.text()
    let isUnit =
      unit.hasSuffix(".service") && unit.first?.isLetter == true
      && unit.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || ":-_.\\@".contains($0)) }
    guard isUnit else {
      throw Misreading(
        "a unit such as nginx.service, or a command such as [/usr/sbin/nginx, -s, reload] is meant",
        at: node.place)
    }
    return ["/usr/bin/systemctl", "reload", unit]
  }
}
