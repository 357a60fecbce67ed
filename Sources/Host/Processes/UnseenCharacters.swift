extension Unicode.Scalar {
  /// Whether it is not seen where it stands, and may change how what stands around it looks: control characters, marks of
  /// direction and the like. What joins emoji is seen by what it joins.
  var isUnseen: Bool {
    switch properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: true
    case .format: value != 0x200D
    default: false
    }
  }
}
