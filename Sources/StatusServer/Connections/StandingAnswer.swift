import HTTPTypes
import Hummingbird
import NIOCore

/// An answer that may be given again, byte for byte, while nothing has changed.
struct StandingAnswer: Sendable {
  let validity: Validity
  /// The answer as a handler returns it, and as it goes over the wire.
  let response: Response
  let head: HTTPResponse
  let body: ByteBuffer

  init(_ validity: Validity, body: ByteBuffer) {
    self.validity = validity
    self.body = body
    response = Response.json(rendered: body)
    head = response.versioned.head
  }
}

/// For how long something that was found out counts: while the revision is the one that was read before, and for a
/// while only, because the wall clock goes on and accounts change without anybody telling.
struct Validity: Sendable {
  private let revision: UInt64
  private let deadline: NIODeadline

  init(of revision: UInt64, for time: Duration) {
    self.revision = revision
    deadline = .now() + TimeAmount(time)
  }

  func holds(at revision: UInt64) -> Bool { revision == self.revision && NIODeadline.now() < deadline }
}
