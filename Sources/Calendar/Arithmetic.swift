extension FixedWidthInteger {
  /// The quotient rounded towards negative infinity: -1 / 60 is -1, as clocks need it before 1970.
  func flooredQuotient(_ divisor: Self) -> Self {
    let quotient = self / divisor
    return (self % divisor != 0 && (self < 0) != (divisor < 0)) ? quotient - 1 : quotient
  }

  /// The remainder that belongs to ``flooredQuotient(_:)``: never negative for a positive divisor.
  func flooredRemainder(_ divisor: Self) -> Self {
    self - flooredQuotient(divisor) * divisor
  }
}

extension Int64 {
  func saturatingAdd(_ other: Int64) -> Int64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (other < 0 ? .min : .max) : sum
  }

  func saturatingSubtract(_ other: Int64) -> Int64 {
    let (difference, overflow) = subtractingReportingOverflow(other)
    return overflow ? (other < 0 ? .max : .min) : difference
  }
}

extension Duration {
  /// Whole microseconds, fractions dropped towards zero, saturated at the ends of Int64.
  var wholeMicroseconds: Int64 {
    let (seconds, attoseconds) = components
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
    if overflow { return seconds < 0 ? .min : .max }
    return product.saturatingAdd(attoseconds / 1_000_000_000_000)
  }
}
