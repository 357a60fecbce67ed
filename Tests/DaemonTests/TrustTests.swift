import Controllers
import Fixtures
import Glibc
import Host
import Reconciliation
import Specification
import Testing

@testable import Daemon

@Suite("A configuration that others may write")
struct TrustTests {
  let folder = ScratchFolder()

  init() {
    folder.makeFolder("config")
    folder.makeFolder("config/environments")
    folder.makeFolder("state", mode: 0o700)
    folder.makeFolder("state/adopted", mode: 0o700)
    folder.write("roles: {}\n", to: "config/steward.yaml")
    folder.write("environment: dev\ndata: synthetic\ntimezone: UTC\n", to: "config/environments/dev.yaml")
  }

  private func configuration() -> Configuration {
    Configuration(
      folder: folder.path("config"), stateFolder: folder.path("state"), controllers: Controllers.kinds,
      zones: SystemZones.database, clock: SystemClock())
  }

  /// What is adopted (`+dev`), refused (`-dev`, with the first mistake) and released (`0dev`).
  private func words(_ inputs: [Input]?) -> [String] {
    (inputs ?? []).compactMap { input in
      switch input {
      case .adopted(let adopted): "+\(adopted.header.name)"
      case .refused(let name, _, let mistakes, _): "-\(name) \(mistakes.first?.message ?? "")"
      case .released(let name): "0\(name)"
      default: nil
      }
    }
  }

  @Test("a file that others may write is refused as one with a mistake is, and taken when it is mended")
  func file() throws {
    let configuration = configuration()
    #expect(words(try configuration.read(isSettled: true)) == ["+dev"])
    configuration.keepGood()
    chmod(folder.path("config/environments/dev.yaml"), 0o666)
    let refused = words(try configuration.read(isSettled: true))
    #expect(refused.count == 1 && refused[0].hasPrefix("-dev the file cannot be read: anybody may write it"))
    // The next start has the last good version in force, and says the same.
    let again = words(try self.configuration().read(isSettled: true))
    #expect(again.count == 2 && again[0] == "+dev" && again[1].hasPrefix("-dev"))
    chmod(folder.path("config/environments/dev.yaml"), 0o644)
    #expect(words(try configuration.read(isSettled: true)) == ["+dev"])
  }

  @Test("nothing in a folder that others may write is taken, and nothing that was in force is let go of")
  func environments() throws {
    let configuration = configuration()
    _ = try configuration.read(isSettled: true)
    configuration.keepGood()
    chmod(folder.path("config/environments"), 0o777)
    #expect(words(try configuration.read(isSettled: true)).isEmpty)
    #expect(configuration.problems.first?.contains("anybody may write it") == true)
    let again = words(try self.configuration().read(isSettled: true))
    #expect(again.count == 2 && again[0] == "+dev" && again[1].hasPrefix("-dev"))
  }

  @Test("a group may write where steward.yaml says so, and never steward.yaml itself")
  func group() throws {
    let group = try #require(try Accounts.groupName(of: getegid()))
    chmod(folder.path("config/environments/dev.yaml"), 0o664)
    chmod(folder.path("config/environments"), 0o2775)
    let configuration = configuration()
    #expect(words(try configuration.read(isSettled: true)).isEmpty)
    folder.write("roles: {}\nwritten by: [\(group)]\n", to: "config/steward.yaml")
    #expect(words(try configuration.read(isSettled: true)) == ["+dev"])
    chmod(folder.path("config/steward.yaml"), 0o664)
    #expect(throws: UnusableConfiguration.self) {
      _ = try Configuration(
        folder: folder.path("config"), stateFolder: folder.path("other"), controllers: Controllers.kinds,
        zones: SystemZones.database, clock: SystemClock()
      ).read(isSettled: true)
    }
  }
}
