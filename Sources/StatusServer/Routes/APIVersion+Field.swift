import HTTPTypes
import StatusAPI

extension APIVersion {
  /// The header as a field's name.
  static let fieldName = HTTPField.Name(header)!
}
