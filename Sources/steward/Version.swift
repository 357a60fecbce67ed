import ArgumentParser

/// What the command says of itself.
enum Version {
  static let text = "steward 0.1.0"
}
