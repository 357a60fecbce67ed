import Calendar
import CrashPoints
import Host
import Reconciliation

extension BackupsController {
  /// Restores a dump into an empty folder of its own, 0700, below the state folder, and times it. The folder is removed
  /// afterwards, however it went.
  ///
  /// A restore that fails waits for a person: the same dump restored by the same command in five minutes fails again, and
  /// may take an hour to do so. The next dump is another action and is tried by itself.
  func drill(_ dump: Dump, of resource: Resource<BackupsSpec>) async throws -> Outcome {
    let (spec, id) = (resource.spec, resource.id)
    guard let path = spec.folder, let restore = spec.restore, let name = FileName(dump.name) else {
      throw HostError("drill", dump.name, "no `restore` is written")
    }
    let isStill = try await offPool { try Folder(path).entry(name).map(dump.isStill) ?? false }
    guard isStill else {
      throw HostError("drill", dump.name, "it changed since it was looked at", class: .transient)
    }

    let scratch = try await Scratch.make(for: id, in: state, by: commands)
    let result: Result<CommandResult, any Error>
    let command = Self.command(restore, backup: "\(path)/\(dump.name)", scratch: scratch.path, spec.rto)
    do {
      result = .success(try await effect("drill.restore") { try await commands.run(command) })
    } catch {
      result = .failure(error)
    }
    let leftover = await scratch.remove(by: commands)

    let seconds = (try? result.get()).map { $0.duration.secondsBegun } ?? 0
    let problem: String?
    switch result {
    case .success(let result): problem = result.isSuccess ? nil : result.failure(of: command).reason
    case .failure(let error as HostError): problem = error.reason
    // Cancelled: stewardd ends. That says nothing about the dump.
    case .failure(let error): throw error
    }
    let record = DrillRecord(of: dump, at: clock.now, seconds: seconds, problem: problem)
    let records = records
    try await offPool { try records.change(id) { $0.take(record) } }
    if let problem {
      throw Failure(
        .needsOperator, code: "restore", operation: "drill", subject: dump.name,
        cause: "the restore \(problem)\(leftover.map { "; and \($0)" } ?? "")")
    }
    return Outcome(
      "\(dump.name) was restored in \(TimeSpan(duration: .seconds(seconds)))\(leftover.map { "; but \($0)" } ?? "")",
      details: ["backup": .string(dump.name), "seconds": .integer(seconds), "ok": true])
  }

  private static func command(
    _ restore: [String], backup: String, scratch: String, _ rto: Duration?
  ) -> Command {
    let words = restore.map { fill($0, ["{backup}": backup, "{scratch}": scratch]) }
    // A restore that takes four times what it may has failed; without a limit, a day is one.
    let timeout = rto.map { $0 * 4 } ?? .seconds(86_400)
    return Command(
      words, environment: ["PATH": Command.defaultPath, "HOME": scratch, "TMPDIR": scratch], folder: scratch,
      timeout: timeout)
  }

  /// Replaces what placeholders stand for, each once: what they stand for is not looked through again.
  private static func fill(_ word: String, _ values: [String: String]) -> String {
    var filled = ""
    var rest = word[...]
    while let first = rest.first {
      if first == "{", let found = values.first(where: { rest.hasPrefix($0.key) }) {
        filled += found.value
        rest = rest.dropFirst(found.key.count)
      } else {
        filled.append(first)
        rest = rest.dropFirst()
      }
    }
    return filled
  }
}
