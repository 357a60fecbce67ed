import HTTPTypes
import Reconciliation

/// An answer that is no success.
struct StatusError: Error {
  let status: HTTPResponse.Status
  let code: String
  let message: String
  var hint: String?
  /// Whether what follows on the connection can no longer be trusted.
  var closes = false

  static func invalid(_ message: String, hint: String? = nil) -> StatusError {
    StatusError(status: .badRequest, code: "invalid", message: message, hint: hint)
  }

  static func unknown(_ message: String, hint: String? = nil) -> StatusError {
    StatusError(status: .notFound, code: "unknown-subject", message: message, hint: hint)
  }

  static func busy(_ message: String) -> StatusError {
    StatusError(status: .serviceUnavailable, code: "busy", message: message, hint: "try again in a moment")
  }

  static func unavailable(_ message: String) -> StatusError {
    StatusError(status: .serviceUnavailable, code: "unavailable", message: message)
  }

  static func tooLarge(_ bytesMax: Int) -> StatusError {
    StatusError(
      status: .contentTooLarge, code: "too-large", message: "the body is larger than \(bytesMax) bytes",
      closes: true)
  }

  /// What a refusal of the reducer's is in HTTP.
  init(_ refusal: Answer.Refusal, _ message: String) {
    let status: HTTPResponse.Status =
      switch refusal {
      case .forbidden: .forbidden
      case .unknownSubject: .notFound
      case .conflict: .conflict
      case .invalid: .badRequest
      case .unavailable: .serviceUnavailable
      }
    self.init(status: status, code: refusal.rawValue, message: message)
  }

  init(
    status: HTTPResponse.Status, code: String, message: String, hint: String? = nil, closes: Bool = false
  ) {
    self.status = status
    self.code = code
    self.message = message
    self.hint = hint
    self.closes = closes
  }
}
