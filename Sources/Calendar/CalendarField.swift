/// One place of a calendar expression.
enum CalendarField {
  case year, month, day, hour, minute, second

  /// What may be written there; seconds count in microseconds.
  var range: ClosedRange<Int> {
    switch self {
    case .year: 1970...2199
    case .month: 1...12
    case .day: 1...31
    case .hour: 0...23
    case .minute: 0...59
    case .second: 0...59_999_999
    }
  }

  /// How many of the field's own counts are one written 1.
  var scale: Int { self == .second ? 1_000_000 : 1 }

  /// Digits in the normalized form.
  var width: Int { self == .year ? 4 : 2 }

  var name: String {
    switch self {
    case .year: "year"
    case .month: "month"
    case .day: "day"
    case .hour: "hour"
    case .minute: "minute"
    case .second: "second"
    }
  }
}

/// One item of a field's list: `5`, `5/2`, `5..9` or `5..9/2`.
struct CalendarComponent: Hashable, Comparable {
  var start: Int
  /// The end of a range, nil if none was written.
  var stop: Int?
  /// The step, 0 if the item is a single value.
  var step: Int

  /// The smallest value that is at least `value`; it may lie beyond the field if there is no stop.
  func first(from value: Int) -> Int? {
    if start >= value { return start }
    guard step > 0 else { return nil }
    let candidate = start + (value - start + step - 1) / step * step
    return stop.map { candidate <= $0 } ?? true ? candidate : nil
  }

  static func < (left: CalendarComponent, right: CalendarComponent) -> Bool {
    (left.start, left.stop ?? -1, left.step) < (right.start, right.stop ?? -1, right.step)
  }
}

/// The list of a field; an empty list is `*`, any value.
struct CalendarList: Hashable {
  let field: CalendarField
  private(set) var components: [CalendarComponent]

  /// A list of what was written, normalized. Every second, `0/1`, swallows the list it stands in.
  init(_ field: CalendarField, _ components: [CalendarComponent] = []) {
    self.field = field
    let everySecond = CalendarComponent(start: 0, stop: nil, step: field.scale)
    let isEverySecond = field == .second && components.contains(everySecond)
    self.components = isEverySecond ? [everySecond] : Self.normalized(components)
  }

  /// Sorts, drops duplicates, cuts each range to whole steps, and makes a range of one value that value, as
  /// systemd's normalized form shows it.
  static func normalized(_ components: [CalendarComponent]) -> [CalendarComponent] {
    let cut = components.map { component in
      var component = component
      if let stop = component.stop, stop >= component.start, component.step > 0 {
        component.stop = stop - (stop - component.start) % component.step
      }
      if component.stop == component.start {
        component.stop = nil
        component.step = 0
      }
      return component
    }
    return Set(cut).sorted()
  }

  /// A list of single values.
  init(_ field: CalendarField, values: Int...) {
    self.init(field, values.map { CalendarComponent(start: $0, stop: nil, step: 0) })
  }

  var isAny: Bool { components.isEmpty }

  /// The smallest value in the list that is at least `value`.
  func first(from value: Int) -> Int? {
    if components.isEmpty { return value }
    var smallest: Int?
    for component in components {
      if let candidate = component.first(from: value), candidate < smallest ?? .max { smallest = candidate }
    }
    return smallest
  }

  /// The list as bits, value n at bit n, where all values in counts of `unit` are whole; nil where they are
  /// not.
  ///
  /// A repetition without an end has one bit beyond the field's range: systemd carries it over into the next
  /// unit, and what comes of that where clocks change depends on it.
  func bits(unit: Int = 1) -> UInt128? {
    let most = field.range.upperBound / unit
    if components.isEmpty { return .max }
    var bits: UInt128 = 0
    for component in components {
      let stop = component.stop ?? component.start
      guard component.start % unit == 0, component.step % unit == 0, stop % unit == 0 else { return nil }
      var value = component.start / unit
      bits |= 1 << UInt128(value)
      guard component.step > 0 else { continue }
      let end = component.stop.map { $0 / unit }
      while value <= end ?? most {
        bits |= 1 << UInt128(value)
        value += component.step / unit
      }
      if end == nil { bits |= 1 << UInt128(value) }
    }
    return bits
  }
}

extension CalendarList: CustomStringConvertible {
  /// The list in systemd's normalized form: `08,12..18/2`.
  var description: String {
    let everySecond = CalendarComponent(start: 0, stop: nil, step: field.scale)
    if components.isEmpty || (field == .second && components == [everySecond]) { return "*" }
    return components.map(text).joined(separator: ",")
  }

  private func text(_ component: CalendarComponent) -> String {
    var text = number(component.start, width: field.width)
    if let stop = component.stop { text += ".." + number(stop, width: field.width) }
    if component.step > 0, component.stop == nil || component.step != field.scale {
      text += "/" + number(component.step, width: 1)
    }
    return text
  }

  private func number(_ value: Int, width: Int) -> String {
    let whole = padded(value / field.scale, width)
    let fraction = value % field.scale
    return fraction == 0 ? whole : "\(whole).\(padded(fraction, 6))"
  }
}
