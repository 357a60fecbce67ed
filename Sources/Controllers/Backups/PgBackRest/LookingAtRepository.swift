import Calendar
import Host
import PgBackRest
import Reconciliation

extension BackupsController {
  func pgbackrest(_ spec: PgBackRestSpec) -> PgBackRest {
    PgBackRest(stanza: spec.stanza, config: spec.config, prefix: spec.prefix, commands: commands)
  }

  /// Asks pgBackRest what there is: one process for the list, and one for each repository to see that it holds what the
  /// list says. Nothing is read of the backups themselves.
  /// - Throws: where that cannot be known: a repository that cannot be read is not empty.
  func look(at spec: PgBackRestSpec, of id: ResourceID) async throws -> BackupsObserved {
    let pgbackrest = pgbackrest(spec)
    let info = try await pgbackrest.info()
    if info.status == .other {
      let said = info.repositories.map { "repository \($0.key): \($0.message)" }
      throw HostError("look at", spec.stanza, said.isEmpty ? info.message : said.joined(separator: "; "))
    }
    var folders: [Int: Set<String>] = [:]
    for repository in info.repositories where repository.status == .ok {
      folders[repository.key] = try await pgbackrest.folders(in: repository.key)
    }
    let (records, scratch) = (records, ScratchCluster(spec, of: id, by: commands))
    let (record, hasLeftover) = try await offPool { (try records.read(id), try scratch?.isThere() ?? false) }

    var observed = BackupsObserved(info, folders, record)
    observed.repository?.hasLeftover = hasLeftover
    if let folder = spec.scratch { observed.restoreExists = (try? DiskSpace(at: folder)) != nil }
    return observed
  }
}

extension BackupsObserved {
  /// A backup whose folder is gone is corrupt, as is one with wrong checksums, which pgBackRest tests as it copies pages;
  /// and so is one that needs such a one.
  fileprivate init(_ info: StanzaInfo, _ folders: [Int: Set<String>], _ record: Record) {
    self.init(
      count: info.backups.count, bytes: info.backups.reduce(0) { $0 + $1.bytes },
      oldest: info.backups.map(\.ended).min(), record: record)
    var problems: [String: String] = [:]
    for backup in info.backups {
      if let found = folders[backup.repository], !found.contains(backup.label) {
        problems[backup.label] = "it is listed, and its folder is gone from repository \(backup.repository)"
      } else if backup.isDamaged {
        problems[backup.label] = "pages in it have wrong checksums"
      } else if let needed = backup.references.first(where: { problems[$0] != nil }) {
        problems[backup.label] = "it needs \(needed), which is corrupt"
      }
    }
    let newest = info.backups.reversed().prefix(Self.newestMax)
    self.newest = newest.map {
      Dump(name: $0.label, inode: 0, bytes: $0.bytes, modified: $0.ended)
    }
    self.record.verdicts = self.newest.map { dump in
      let problem = problems[dump.name]
      return Verdict(
        of: dump, problem == nil ? .sound : .corrupt, by: ["page checksums"], problem: problem,
        at: dump.modified)
    }
    let sound = info.backups.filter { problems[$0.label] == nil }
    repository = RepositoryObserved(
      status: info.status,
      problems: info.repositories.filter { $0.status != .ok }.map { "repository \($0.key): \($0.message)" },
      isBusy: info.isLocked, lastBegan: sound.last?.began, lastFull: sound.last { $0.isFull }?.began,
      newestSegment: info.newestSegment)
  }
}
