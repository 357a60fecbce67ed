import CrashPoints
import Host
import Reconciliation

/// An empty folder for one drill.
struct Scratch: Sendable {
  let path: String
  private let parent: String
  private let name: String

  /// A new one. What a drill that was cut short left behind is removed first.
  static func make(for id: ResourceID, in state: String, by commands: any CommandRunner) async throws
    -> Scratch
  {
    let parent = "\(state)/scratch"
    let scratch = Scratch(
      path: "\(parent)/\(id.environment).\(id.name)", parent: parent, name: "\(id.environment).\(id.name)")
    guard let above = FileName("scratch"), let name = FileName(scratch.name) else {
      throw HostError("make", scratch.path, "not a name for a folder")
    }
    let isThere = try await offPool {
      try effect("drill.shelf") { try Folder(state).makeFolder(above) }.entry(name) != nil
    }
    if isThere, let problem = await scratch.remove(by: commands) {
      throw HostError("make", scratch.path, problem, class: .needsOperator)
    }
    _ = try await offPool { try effect("drill.folder") { try Folder(parent).makeFolder(name) } }
    return scratch
  }

  /// Removes it and all that was restored into it. Returns what is in the way, if anything.
  ///
  /// By rm(1), which goes down by descriptors and follows no link (fts(3), unlinkat(2)), stays on this file system, and
  /// copes with what a restore may leave: sockets, links, folders without rights.
  func remove(by commands: any CommandRunner) async -> String? {
    let command = Command(
      ["/bin/rm", "-rf", "--one-file-system", "--", name], folder: parent, timeout: Self.removalTimeout)
    // The drill may have been cancelled; what it restored must go all the same.
    let result = await Task { try await effect("drill.clear") { try await commands.run(command) } }.result
    switch result {
    case .success(let result) where result.isSuccess: return nil
    case .success(let result): return "\(path) cannot be removed: \(result.failure(of: command).reason)"
    case .failure(let error): return "\(path) cannot be removed: \(error)"
    }
  }

  private static let removalTimeout = Duration.seconds(3_600)
}
