/// Reads TZif, the format of /usr/share/zoneinfo (RFC 8536).
///
/// Version 1 holds 32-bit times only; later versions repeat everything with 64 bits and end in a footer, a
/// POSIX TZ string for all time after the last change in the table.
enum TZif {
  static func read(_ bytes: [UInt8]) throws(CalendarError) -> ZoneRules {
    var reader = ByteReader(bytes)
    let first = try Header(&reader)
    if first.version == 0 {
      return try rules(of: Block(first, timeSize: 4, &reader), footer: nil)
    }
    try reader.skip(first.blockSize(timeSize: 4))
    let second = try Header(&reader)
    let block = try Block(second, timeSize: 8, &reader)
    return try rules(of: block, footer: try footer(&reader))
  }

  private static func footer(_ reader: inout ByteReader) throws(CalendarError) -> PosixZone? {
    guard try reader.byte() == UInt8(ascii: "\n") else { throw CalendarError("its footer is missing") }
    let text = try reader.text(until: UInt8(ascii: "\n"))
    return text.isEmpty ? nil : try PosixZone(text)
  }

  private static func rules(of block: Block, footer: PosixZone?) throws(CalendarError) -> ZoneRules {
    var offsets = block.offsets
    var changes = block.changes
    guard let footer else { return ZoneRules(offsets: offsets, changes: changes, repeatsFrom: nil) }

    func index(of offset: Zone.Offset) -> Int {
      if let known = offsets.firstIndex(of: offset) { return known }
      offsets.append(offset)
      return offsets.count - 1
    }
    let last = changes.last?.second ?? .min
    guard let daylight = footer.daylight else {
      let standard = index(of: footer.standard)
      if changes.isEmpty {
        return ZoneRules(initial: footer.standard)
      }
      if changes[changes.count - 1].offset != standard { changes.append((last + 1, standard)) }
      return ZoneRules(offsets: offsets, changes: changes, repeatsFrom: nil)
    }
    let (standard, saving) = (index(of: footer.standard), index(of: daylight.offset))
    // One cycle of 400 years, from the year after the table's end, and one year more so that every stretch
    // inside the cycle has its end in the table.
    let lastYear = max(1970, CivilDate(daysSinceEpoch: Int(max(last, 0) / 86_400)).year)
    for year in lastYear...(lastYear + 402) {
      let pair = [
        (second: footer.beginsSaving(in: year, daylight), offset: saving),
        (second: footer.endsSaving(in: year, daylight), offset: standard),
      ]
      changes += pair.filter { $0.second > last }.sorted { $0.second < $1.second }
    }
    let repeatsFrom = Int64(CivilDate.days(year: lastYear + 1, month: 1, day: 1)) * 86_400
    return ZoneRules(offsets: offsets, changes: changes, repeatsFrom: repeatsFrom)
  }
}

extension TZif {
  /// The six counts in front of a block.
  struct Header {
    let version: UInt8
    let utcFlags, standardFlags, leapSeconds, changes, kinds, abbreviationBytes: Int

    init(_ reader: inout ByteReader) throws(CalendarError) {
      guard try reader.bytes(4).elementsEqual("TZif".utf8) else {
        throw CalendarError("it does not begin with TZif")
      }
      version = try reader.byte()
      try reader.skip(15)
      utcFlags = Int(try reader.integer(4))
      standardFlags = Int(try reader.integer(4))
      leapSeconds = Int(try reader.integer(4))
      changes = Int(try reader.integer(4))
      kinds = Int(try reader.integer(4))
      abbreviationBytes = Int(try reader.integer(4))
      let counts = [utcFlags, standardFlags, leapSeconds, changes, kinds, abbreviationBytes]
      // Changes name their offset in a byte, and the footer may add two.
      guard counts.allSatisfy({ $0 >= 0 && $0 <= 100_000 }), (1...254).contains(kinds) else {
        throw CalendarError("its counts are out of range")
      }
    }

    func blockSize(timeSize: Int) -> Int {
      changes * (timeSize + 1) + kinds * 6 + abbreviationBytes + leapSeconds * (timeSize + 4)
        + standardFlags + utcFlags
    }
  }

  /// The changes and offsets of one block.
  struct Block {
    let offsets: [Zone.Offset]
    let changes: [(second: Int64, offset: Int)]

    /// The Big Bang, as RFC 8536 bounds it; sums with what lies within cannot overflow.
    private static let farthestChange: UInt64 = 1 << 59

    init(_ header: Header, timeSize: Int, _ reader: inout ByteReader) throws(CalendarError) {
      guard header.leapSeconds == 0 else {
        throw CalendarError("it counts leap seconds, as zones under right/ do; use the plain name")
      }
      var seconds: [Int64] = []
      for _ in 0..<header.changes { seconds.append(try reader.integer(timeSize)) }
      var changes: [(second: Int64, offset: Int)] = []
      for second in seconds {
        let kind = Int(try reader.byte())
        guard kind < header.kinds else { throw CalendarError("a change names an offset that is not there") }
        guard changes.last.map({ $0.second < second }) ?? true else {
          throw CalendarError("its changes are not in order")
        }
        guard second.magnitude <= Block.farthestChange else {
          throw CalendarError("a change is out of range")
        }
        changes.append((second, kind))
      }
      var raw: [(seconds: Int64, isDaylightSaving: Bool, name: Int)] = []
      for _ in 0..<header.kinds {
        raw.append((try reader.integer(4), try reader.byte() != 0, Int(try reader.byte())))
      }
      let names = try reader.bytes(header.abbreviationBytes)
      try reader.skip(header.standardFlags + header.utcFlags)
      offsets = try raw.map { entry throws(CalendarError) in
        guard entry.seconds.magnitude <= 26 * 3600, entry.name < names.count else {
          throw CalendarError("an offset is out of range")
        }
        let name = names[(names.startIndex + entry.name)...].prefix { $0 != 0 }
        return Zone.Offset(
          seconds: Int(entry.seconds), isDaylightSaving: entry.isDaylightSaving,
          abbreviation: String(decoding: name, as: UTF8.self))
      }
      self.changes = changes
    }
  }

  /// Takes big-endian numbers off a byte array; running out is an error, never a trap.
  struct ByteReader {
    private let all: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { all = bytes }

    mutating func bytes(_ count: Int) throws(CalendarError) -> ArraySlice<UInt8> {
      guard count <= all.count - position else { throw CalendarError("it is cut off") }
      defer { position += count }
      return all[position..<position + count]
    }

    mutating func skip(_ count: Int) throws(CalendarError) { _ = try bytes(count) }

    mutating func byte() throws(CalendarError) -> UInt8 { try bytes(1).first! }

    /// A signed big-endian number of 4 or 8 bytes.
    mutating func integer(_ size: Int) throws(CalendarError) -> Int64 {
      let unsigned = try bytes(size).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      return size == 4 ? Int64(Int32(truncatingIfNeeded: unsigned)) : Int64(bitPattern: unsigned)
    }

    mutating func text(until end: UInt8) throws(CalendarError) -> String {
      guard let stop = all[position...].firstIndex(of: end) else { throw CalendarError("it is cut off") }
      defer { position = stop + 1 }
      return String(decoding: all[position..<stop], as: UTF8.self)
    }
  }
}
