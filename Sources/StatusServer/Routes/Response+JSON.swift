import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import StatusAPI

extension Response {
  /// An answer whose body is `body` as JSON with sorted members and a newline, so that equal answers are
  /// equal bytes.
  static func json(_ body: some Encodable, _ status: HTTPResponse.Status = .ok) throws -> Response {
    try .json(rendered: ByteBuffer.json(body), status)
  }

  /// An answer whose body was rendered before.
  static func json(rendered body: ByteBuffer, _ status: HTTPResponse.Status = .ok) -> Response {
    Response(
      status: status, headers: [.contentType: "application/json"], body: ResponseBody(byteBuffer: body))
  }

  /// The answer with the header that every one bears.
  var versioned: Response {
    var response = self
    response.headers[APIVersion.fieldName] = "\(APIVersion.current)"
    return response
  }

  /// The answer that says why there is no other.
  static func error(_ error: StatusError) -> Response {
    let body = ErrorBody(code: error.code, message: error.message, hint: error.hint)
    var response =
      (try? Response.json(body, error.status))
      ?? Response(status: error.status, headers: [:], body: ResponseBody())
    if error.closes { response.headers[.connection] = "close" }
    if error.status == .serviceUnavailable { response.headers[.retryAfter] = "1" }
    return response
  }
}

extension ByteBuffer {
  /// `body` as one line of JSON with sorted members.
  static func json(_ body: some Encodable) throws -> ByteBuffer {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let data = try encoder.encode(body)
    var buffer = ByteBuffer()
    buffer.reserveCapacity(data.count + 1)
    buffer.writeBytes(data)
    buffer.writeInteger(UInt8(ascii: "\n"))
    return buffer
  }
}
