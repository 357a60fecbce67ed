import Desired
import Host
import Reconciliation
import Specification
import Testing

@Suite("What is news in a folder of environments")
struct EnvironmentFilesTests {
  /// Files as a daemon follows them: a life of it ends, its folder and the last good versions stay.
  private struct Daemon {
    var folder: [String: String] = [:]
    private var lastGood: [String: SourceFile] = [:]
    private var files = EnvironmentFiles()
    /// Which file each is, by inode, and for how long it has been left alone; nothing where nobody looks.
    var origins: [String: (inode: UInt64, leftAlone: Duration)] = [:]
    var againIn: Duration? { files.againIn }

    private func source(_ name: String, _ text: String) -> SourceFile {
      SourceFile(
        name: "environments/\(name).yaml", contents: .success(Array(text.utf8)),
        origin: origins[name].map {
          .init(FileIdentity(device: 1, inode: $0.inode), leftAlone: $0.leftAlone)
        })
    }

    /// What the reducer is told, such as `staging adopted`; refusals with what they say.
    mutating func read() -> [String] {
      let sources = folder.sorted { $0.key < $1.key }.map { source($0.key, $0.value) }
      return files.news(in: sources) {
        Reading.file.read($0)
      } adopted: {
        lastGood[$0.stem] = $0
      }.map { input in
        switch input {
        case .adopted(let environment): "\(environment.header.name) adopted"
        case .refused(let name, _, let mistakes, _):
          "\(name) refused: \(mistakes.map(\.message).joined(separator: "; "))"
        case .released(let name): "\(name) released"
        default: "\(input)"
        }
      }
    }

    mutating func restart() -> [String] {
      files = EnvironmentFiles()
      for (_, source) in lastGood.sorted(by: { $0.key < $1.key }) {
        files.remember(Reading.file.read(source))
      }
      return read()
    }
  }

  private static func file(_ name: String, archive: String) -> String {
    """
    environment: \(name)
    data: synthetic
    timezone: Europe/Berlin
    logs:
      web: {path: /var/log/\(name), archive: {to: \(archive), after: 1d}}
    """
  }

  private static func refusal(of name: String, to owner: String, _ archive: String) -> String {
    "\(name) refused: `archive`: \(archive) belongs to \(owner)/logs/web (environments/\(owner).yaml:5:8) already: "
      + "each needs an archive of its own"
  }

  @Test("who has something keeps it, and who wants it too is refused until it is free")
  func claims() {
    var daemon = Daemon()
    daemon.folder["staging"] = Self.file("staging", archive: "/cold")
    #expect(daemon.read() == ["staging adopted"])
    // The first by name came later.
    daemon.folder["dev"] = Self.file("dev", archive: "/cold")
    let refusal = Self.refusal(of: "dev", to: "staging", "/cold")
    #expect(daemon.read() == [refusal])
    #expect(daemon.restart() == ["staging adopted", refusal])
    daemon.folder["staging"] = Self.file("staging", archive: "/colder")
    #expect(daemon.read() == ["staging adopted", "dev adopted"])
    #expect(daemon.read().isEmpty)
    daemon.folder["staging"] = Self.file("staging", archive: "/cold")
    #expect(daemon.read() == [Self.refusal(of: "staging", to: "dev", "/cold")])
    // What was in force goes on being it, and has what it had.
    #expect(
      daemon.restart() == ["dev adopted", "staging adopted", Self.refusal(of: "staging", to: "dev", "/cold")])
    daemon.folder["test"] = Self.file("test", archive: "/colder")
    #expect(daemon.read().last == Self.refusal(of: "test", to: "staging", "/colder"))
    daemon.folder["dev"] = nil
    #expect(daemon.read() == ["dev released", "staging adopted", "test adopted"])
  }

  @Test(
    "what is written in place is taken when it has been left alone, and later where something of it is gone")
  func inPlace() {
    var daemon = Daemon()
    let whole =
      "environment: dev\ndata: synthetic\ntimezone: UTC\nlogs:\n  a: {path: /a, keep: 1d}\n  b: {path: /b, keep: 1d}\n"
      + "guard: {destructive: window}\nchange window: Sun 02:00-04:00\n"
    func write(_ text: String, inode: UInt64 = 1, leftAlone: Duration) -> [String] {
      daemon.folder["dev"] = text
      daemon.origins["dev"] = (inode, leftAlone)
      return daemon.read()
    }
    let edited = whole.replacing("keep: 1d", with: "keep: 2d")
    #expect(write(whole, leftAlone: .zero) == ["dev adopted"])
    #expect(write(edited, leftAlone: .milliseconds(10)).isEmpty && daemon.againIn == .milliseconds(240))
    #expect(write(edited, leftAlone: .milliseconds(251)) == ["dev adopted"] && daemon.againIn == nil)
    // Cut off between two lines, without its guard, or without an entry.
    for lines in [4, 5, 6] {
      let cut = edited.split(separator: "\n").prefix(lines).map { "\($0)\n" }.joined()
      #expect(write(cut, leftAlone: .seconds(1)).isEmpty && daemon.againIn != nil, "\(cut)")
    }
    #expect(write(edited, leftAlone: .zero).isEmpty)
    // Nobody wrote it on: it is meant.
    let less = edited.replacing("  b: {path: /b, keep: 2d}\n", with: "")
    #expect(write(less, leftAlone: .seconds(2)).isEmpty && daemon.againIn == .seconds(3))
    #expect(write(less, leftAlone: .seconds(6)) == ["dev adopted"])
    // Within a line it is never whole.
    let refused = write(String(edited.dropLast(1)), leftAlone: .seconds(60))
    #expect(refused.first?.hasPrefix("dev refused: the file ends within a line") == true, "\(refused)")
    // By a rename it is whole at once, whatever is gone.
    #expect(
      write(whole.split(separator: "\n").prefix(5).joined(separator: "\n"), inode: 2, leftAlone: .zero) == [
        "dev adopted"
      ])
  }

  @Test("an environment's logs never lie in what another one keeps, nor hold it")
  func folders() {
    var daemon = Daemon()
    func logs(_ name: String, _ path: String) -> String {
      "environment: \(name)\ndata: synthetic\ntimezone: UTC\nlogs:\n  eat: {path: \(path), keep: 1d}\n"
    }
    daemon.folder["production"] = """
      environment: production
      data: synthetic
      timezone: UTC
      backups:
        main: {in: /srv/dumps/main, every: 1d}
      """
    #expect(daemon.read() == ["production adopted"])
    daemon.folder["dev"] = logs("dev", "/srv/dumps")
    #expect(
      daemon.read() == [
        "dev refused: `path`: /srv/dumps holds /srv/dumps/main of production/backups/main (environments/production.yaml:5:9): one would delete what the other keeps; give each a folder of its own, or a `match` that fits none of the other's files"
      ])
    daemon.folder["dev"] = logs("dev", "/srv/dumps/main/old")
    #expect(daemon.read().first?.contains("lies in /srv/dumps/main of production/backups/main") == true)
    daemon.folder["dev"] = logs("dev", "/srv/logs")
    #expect(daemon.read() == ["dev adopted"])
    daemon.folder["production"] = nil
    #expect(daemon.read() == ["production released"])
    daemon.folder["dev"] = logs("dev", "/srv/dumps")
    #expect(daemon.read() == ["dev adopted"])
  }

  @Test("what moves from one to another in one edit is nobody's mistake")
  func moves() {
    var daemon = Daemon()
    daemon.folder = ["dev": Self.file("dev", archive: "/a"), "staging": Self.file("staging", archive: "/b")]
    #expect(daemon.read() == ["dev adopted", "staging adopted"])
    daemon.folder = ["dev": Self.file("dev", archive: "/b"), "staging": Self.file("staging", archive: "/c")]
    #expect(daemon.read() == ["staging adopted", "dev adopted"])
    // A new name for the same thing.
    daemon.folder = ["dev": Self.file("dev", archive: "/b"), "stage": Self.file("stage", archive: "/c")]
    #expect(daemon.read() == ["staging released", "stage adopted"])
  }

  @Test("a file with mistakes leaves what was in force, also after a restart")
  func mistakes() {
    var daemon = Daemon()
    daemon.folder["dev"] = Self.file("dev", archive: "/a")
    #expect(daemon.read() == ["dev adopted"])
    daemon.folder["dev"] = "environment: de"
    #expect(daemon.read().first?.hasPrefix("dev refused") == true)
    daemon.folder["staging"] = Self.file("staging", archive: "/a")
    let refusal = Self.refusal(of: "staging", to: "dev", "/a")
    #expect(daemon.read() == [refusal])
    let told = daemon.restart()
    #expect(told.count == 3 && told.first == "dev adopted" && told.last == refusal)
  }
}
