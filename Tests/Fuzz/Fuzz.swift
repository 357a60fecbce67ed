import FoundationEssentials
import Glibc

/// Feeds bytes to what reads them.
///
/// Built with the sanitizer (see `run`), libFuzzer chooses the bytes by the paths they open:
/// `steward-fuzz LANGUAGE [libFuzzer's options and folders]`. Without it, `steward-fuzz LANGUAGE FILE…` reads what a
/// fuzzer has found, and `steward-fuzz LANGUAGE` the seeds, each also cut and changed at random, in other ways each time
/// (`STEWARD_TEST_SEED` repeats a run).
@main
enum Fuzz {
  static func main() {
    let arguments = CommandLine.arguments
    guard arguments.count > 1, let language = languages.first(where: { $0.name == arguments[1] }) else {
      if arguments.dropFirst() == ["--list"] { return print(languages.map(\.name).joined(separator: "\n")) }
      if arguments.count == 3, arguments[1] == "--seeds",
        let language = languages.first(where: { $0.name == arguments[2] })
      {
        return print(language.files.joined(separator: "\n"))
      }
      let usage = Array("usage: steward-fuzz LANGUAGE …; languages: \(languages.map(\.name))\n".utf8)
      _ = write(STDERR_FILENO, usage, usage.count)
      exit(2)
    }
    #if FUZZING
      libFuzzer(language, Array(arguments.dropFirst(2)))
    #else
      let files = arguments.count > 2 ? Array(arguments.dropFirst(2)) : language.files
      let seed =
        getenv("STEWARD_TEST_SEED").flatMap { UInt64(String(cString: $0)) } ?? .random(in: 0..<1_000_000_000)
      print("STEWARD_TEST_SEED=\(seed)")
      // What breaks a promise ends the process.
      fflush(nil)
      var changes = Changes(seed: seed)
      for file in files {
        let bytes = FileManager.default.contents(atPath: file).map(Array.init) ?? []
        language.read(bytes)
        guard arguments.count == 2, !bytes.isEmpty else { continue }
        for _ in 0..<200 { language.read(changes.next(of: bytes)) }
      }
      print("\(language.name): \(files.count) files")
    #endif
  }
}

extension Language {
  /// The files that the seeds name, those in folders one by one.
  var files: [String] {
    seeds.flatMap { path in
      var isFolder = stat()
      guard stat(path, &isFolder) == 0 else { return [String]() }
      guard isFolder.st_mode & S_IFMT == S_IFDIR else { return [path] }
      let names = (try? FileManager.default.subpathsOfDirectory(atPath: path)) ?? []
      return names.sorted().map { "\(path)/\($0)" }.filter { file in
        var status = stat()
        return stat(file, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
      }
    }
  }
}

/// Bytes cut and changed at random, repeatably.
struct Changes {
  private var state: UInt64

  init(seed: UInt64) { state = 0x9E37_79B9_7F4A_7C15 ^ seed }

  mutating func next(of bytes: [UInt8]) -> [UInt8] {
    var changed = random(4) == 0 ? Array(bytes.prefix(random(bytes.count) + 1)) : bytes
    for _ in 0...random(4) { changed[random(changed.count)] = UInt8(random(256)) }
    return changed
  }

  private mutating func random(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(truncatingIfNeeded: state >> 33) % bound
  }
}
