import Reconciliation

struct FilesInForce: Invariant {
  static let sentence =
    "A file without a mistake is in force within three minutes; one with a mistake never is, and one that is gone tears nothing down."
  static let moments: Set<Moment.Kind> = [.read, .performing, .inspect]

  mutating func check(_ moment: Moment, _ shell: Shell) -> String? {
    let stage = shell.stage
    switch moment {
    case .read(let name, let digest, let mistakes):
      if mistakes == nil, stage.meanings[digest] == nil {
        return "a file of \(name) with a mistake in it is taken"
      }
      if let mistakes, stage.meanings[digest] != nil {
        return "a file of \(name) without a mistake is refused: \(mistakes)"
      }
    case .performing(let action, let resource, _):
      let name = resource.id.environment
      guard stage.inForce[name] == nil, stage.forcedAt[name] != stage.elapsed else { return nil }
      return "\(resource.id): \(action) begins, and no file of it is in force"
    case .inspect(let id):
      guard let draft = stage.drafts[id.environment], stage.isAsMeant(id.environment),
        shell.isAlive,
        !shell.isStalled, stage.elapsed > stage.answerable(id)
      else { return nil }
      guard stage.inForce[id.environment] == draft else {
        return "the file of \(id.environment) is good and not in force"
      }
      guard shell.reconciler.environments[id.environment]?.digest.flatMap({ stage.meanings[$0] }) == draft,
        shell.reconciler.resources[id] != nil
      else { return "the reducer keeps another version of \(id.environment) than it was told" }
    default: break
    }
    return nil
  }
}
