import NIOCore

/// For how long something may be worked out: for a time, and while somebody is there to read it.
struct Patience: Sendable {
  private let deadline: NIODeadline
  private let connection: Connection

  init(of connection: Connection, _ limits: ServerLimits) {
    self.connection = connection
    deadline = .now() + TimeAmount(limits.forecastWithin)
  }

  var isOver: Bool { NIODeadline.now() >= deadline || !connection.channel.isActive }
}
