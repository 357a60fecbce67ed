extension Unicode.Scalar {
  /// Whether it may not stand in what people write: what YAML forbids, line breaks that editors do not count, and what makes
  /// a reviewer see another text than the one that is read (CVE-2021-42574).
  public var isHidden: Bool {
    switch value {
    case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF, 0xFFFE, 0xFFFF: true
    default: false
    }
  }
}
