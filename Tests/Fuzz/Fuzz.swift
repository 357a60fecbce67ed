import FoundationEssentials
import Glibc

/// Feeds bytes to what reads them.
///
/// Built with the sanitizer (see `run`), libFuzzer chooses the bytes by the paths they open:
/// `steward-fuzz LANGUAGE [libFuzzer's options and folders]`. Without it, `steward-fuzz LANGUAGE FILE…` reads what a
/// fuzzer has found, and `steward-fuzz LANGUAGE` the seeds, each also cut and changed at random.
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
      for file in files {
        let bytes = FileManager.default.contents(atPath: file).map(Array.init) ?? []
        language.read(bytes)
        if arguments.count == 2 { Changes(of: bytes, count: 200).forEach(language.read) }
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
struct Changes: Sequence, IteratorProtocol {
  private let bytes: [UInt8]
  private var left: Int
  private var state: UInt64 = 0x9E37_79B9_7F4A_7C15

  init(of bytes: [UInt8], count: Int) {
    self.bytes = bytes
    left = bytes.isEmpty ? 0 : count
  }

  mutating func next() -> [UInt8]? {
    guard left > 0 else { return nil }
    left -= 1
    var changed = random(4) == 0 ? Array(bytes.prefix(random(bytes.count) + 1)) : bytes
    for _ in 0...random(4) { changed[random(changed.count)] = UInt8(random(256)) }
    return changed
  }

  private mutating func random(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(truncatingIfNeeded: state >> 33) % bound
  }
}
