import Host

/// What a dump is, by its first bytes: names lie, magic numbers seldom.
enum DumpKind: String {
  case gzip, zstd, xz, bzip2, zip, tar
  case sqlite = "SQLite"
  case postgresql = "PostgreSQL's custom format"

  init?(_ head: [UInt8]) {
    func begins(_ bytes: [UInt8], at offset: Int = 0) -> Bool { head.dropFirst(offset).starts(with: bytes) }
    if begins([0x1F, 0x8B]) {
      self = .gzip
    } else if begins([0x28, 0xB5, 0x2F, 0xFD]) {
      self = .zstd
    } else if begins([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0]) {
      self = .xz
    } else if begins(Array("BZh".utf8)) {
      self = .bzip2
    } else if begins([0x50, 0x4B, 0x03, 0x04]) || begins([0x50, 0x4B, 0x05, 0x06]) {
      self = .zip
    } else if begins(Array("SQLite format 3".utf8) + [0]) {
      self = .sqlite
    } else if begins(Array("PGDMP".utf8)) {
      self = .postgresql
    } else if begins(Array("ustar".utf8), at: 257) {
      self = .tar
    } else {
      return nil
    }
  }

  /// What a name promises. Only what is never something else: `.dump` and `.db` promise nothing.
  init?(named name: String) {
    let endings: [(String, DumpKind)] = [
      (".gz", .gzip), (".tgz", .gzip), (".zst", .zstd), (".xz", .xz), (".bz2", .bzip2), (".zip", .zip),
      (".tar", .tar),
      (".sqlite", .sqlite), (".sqlite3", .sqlite),
    ]
    guard let kind = endings.first(where: { name.hasSuffix($0.0) })?.1 else { return nil }
    self = kind
  }

  /// The tests for a dump of this kind, the cheapest first.
  func tests(of name: String, at path: String) -> [IntegrityTest] {
    let isTar = name.contains(".tar.") || name.hasSuffix(".tgz")
    func packed(_ program: String, _ arguments: [String], _ tarOption: String) -> [IntegrityTest] {
      let test = IntegrityTest(program: program, name: "\(program) -t", arguments: arguments + ["--", path])
      // The sum at the end of the stream is behind what tar reads, so both are needed.
      return isTar ? [test, Self.tarTest(path, [tarOption])] : [test]
    }
    switch self {
    case .gzip: return packed("gzip", ["-t"], "--gzip")
    case .zstd: return packed("zstd", ["-t", "-q"], "--zstd")
    case .xz: return packed("xz", ["-t"], "--xz")
    case .bzip2: return packed("bzip2", ["-t"], "--bzip2")
    case .zip: return [IntegrityTest(program: "unzip", name: "unzip -t", arguments: ["-tqq", path])]
    case .tar: return [Self.tarTest(path, [])]
    case .sqlite: return [IntegrityTest.sqlite(path)]
    case .postgresql:
      // More than --list, which reads the table of contents only: all data is read and unpacked.
      return [
        IntegrityTest(program: "pg_restore", name: "pg_restore", arguments: ["--file=/dev/null", path])
      ]
    }
  }

  private static func tarTest(_ path: String, _ options: [String]) -> IntegrityTest {
    IntegrityTest(
      program: "tar", name: "tar -t", arguments: ["--list"] + options + ["--force-local", "--file", path])
  }
}
