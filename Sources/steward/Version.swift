import StatusAPI

/// What the command says of itself.
enum Version {
  static let text = "steward \(ProgramVersion.text)"
}
