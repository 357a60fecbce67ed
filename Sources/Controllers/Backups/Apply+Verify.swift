import Cryptography
import Host
import Reconciliation

extension BackupsController {
  /// Tests a dump from end to end and puts the verdict on record. A corrupt dump is a verdict, not a failure; that a
  /// test could not be run to its end is one.
  func verify(_ dump: Dump, of resource: Resource<BackupsSpec>) async throws -> Outcome {
    guard let path = resource.spec.folder, let name = FileName(dump.name) else {
      throw HostError("test", dump.name, "its name is not text; give dumps plain names")
    }
    let (file, head) = try await offPool {
      let file = try Folder(path).open(name)
      guard dump.isStill(file.entry) else {
        throw HostError("test", dump.name, "it changed since it was looked at", class: .transient)
      }
      return (file, try file.head())
    }
    let verdict = try await verdict(on: dump, head, in: path)
    // The tools looked the dump up by its path: what they tested counts only if it is there still.
    let isStill = try await offPool { try Folder(path).entry(name).map(dump.isStill) ?? false }
    guard isStill, dump.isStill(file.entry) else {
      throw HostError("test", dump.name, "it changed while it was tested", class: .transient)
    }
    let (records, id) = (records, resource.id)
    try await offPool { try records.change(id) { $0.take(verdict) } }
    return Outcome(
      "\(dump.name) is \(verdict.result.rawValue)\(verdict.problem.map { ": \($0)" } ?? "")",
      details: [
        "backup": .string(dump.name), "result": .string(verdict.result.rawValue),
        "tests": .array(verdict.tests.map { .string($0) }),
        "problem": verdict.problem.map { .string($0) } ?? .null,
      ])
  }

  private func verdict(on dump: Dump, _ head: [UInt8], in folder: String) async throws -> Verdict {
    var done: [String] = []
    func verdict(_ result: Verdict.Result, _ problem: String? = nil) -> Verdict {
      Verdict(of: dump, result, by: done, problem: problem, at: clock.now)
    }
    guard dump.bytes > 0 else { return verdict(.corrupt, "it is empty") }
    let kind = DumpKind(head)
    if let named = DumpKind(named: dump.name), named != kind {
      return verdict(.corrupt, "it is named as \(named.rawValue), and does not begin as such")
    }
    if dump.checksums != nil, let mismatch = try await checksumMismatch(of: dump, in: folder, &done) {
      return verdict(.corrupt, mismatch)
    }
    for test in kind?.tests(of: dump.name, at: "\(folder)/\(dump.name)") ?? [] {
      switch try await test.run(by: commands) {
      case .passed: done.append(test.name)
      case .failed(let problem):
        done.append(test.name)
        return verdict(.corrupt, "\(test.name): \(problem)")
      case .noTool: return verdict(.untested, "\(test.program) is not installed")
      }
    }
    return done.isEmpty ? verdict(.untested, "no test is known for what is in it") : verdict(.sound)
  }

  /// Nil where the dump's SHA-256 is as written beside it, or no line is about it.
  private func checksumMismatch(of dump: Dump, in path: String, _ done: inout [String]) async throws
    -> String?
  {
    let result = try await offPool { () throws -> (written: SHA256Digest, found: SHA256Digest)? in
      let folder = try Folder(path)
      guard let name = FileName(dump.name), let written = try Checksums.written(for: dump.name, in: folder)
      else {
        return nil
      }
      return (written, try folder.open(name).digest())
    }
    guard let result else { return nil }
    done.append("sha256")
    return result.written == result.found
      ? nil : "its SHA-256 is \(result.found), written is \(result.written)"
  }
}

/// Files of checksums, as `sha256sum -c` reads them.
enum Checksums {
  /// A line is some hundred bytes; this is tens of thousands of them.
  private static let bytesMax = 4 << 20

  /// What is written for `name`, in a file of its own or in the folder's; nil where nothing is.
  static func written(for name: String, in folder: Folder) throws -> SHA256Digest? {
    for (file, isAlone) in [
      (name + BackupsObserved.checksumSuffix, true), (BackupsObserved.checksumsName, false),
    ] {
      guard let fileName = FileName(file), try folder.entry(fileName) != nil else { continue }
      let text = String(decoding: try folder.open(fileName).readAll(bytesMax: bytesMax), as: UTF8.self)
      if let digest = digest(for: name, in: text, isAlone: isAlone) { return digest }
    }
    return nil
  }

  /// `HEX  NAME` or `HEX *NAME`; in a file about one dump also `HEX` alone, and with any folder before the name.
  static func digest(for name: String, in text: String, isAlone: Bool) -> SHA256Digest? {
    for line in text.split(whereSeparator: \.isNewline) {
      guard let digest = SHA256Digest(hex: line.prefix(64)) else { continue }
      let rest = line.dropFirst(64)
      if rest.isEmpty, isAlone { return digest }
      guard rest.hasPrefix("  ") || rest.hasPrefix(" *") else { continue }
      let named = rest.dropFirst(2)
      let last = named.split(separator: "/").last.map(String.init) ?? ""
      if named == name || named == "./" + name || (isAlone && last == name) { return digest }
    }
    return nil
  }
}

extension OpenFile {
  /// Enough of a file's beginning to know its kind: tar's mark ends at byte 262.
  static let headBytes = 512

  /// The first bytes. Blocks.
  func head() throws(HostError) -> [UInt8] {
    var head = [UInt8](repeating: 0, count: Self.headBytes)
    var filled = 0
    while filled < head.count {
      var piece = [UInt8](repeating: 0, count: head.count - filled)
      let count = try fill(&piece)
      if count == 0 { break }
      head.replaceSubrange(filled..<(filled + count), with: piece[..<count])
      filled += count
    }
    return Array(head.prefix(filled))
  }

  private func fill(_ piece: inout [UInt8]) throws(HostError) -> Int {
    try piece.withUnsafeMutableBytes { buffer in
      Result { () throws(HostError) in try read(into: buffer) }
    }.get()
  }

  /// The digest of the whole file, read in pieces. Blocks.
  func digest() throws(HostError) -> SHA256Digest {
    var hasher = SHA256Hasher()
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
    defer { buffer.deallocate() }
    while true {
      let count = try read(into: buffer)
      if count == 0 { return hasher.finish() }
      hasher.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }
}
