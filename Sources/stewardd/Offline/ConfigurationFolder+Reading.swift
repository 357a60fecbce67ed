import Controllers
import Desired
import Host

extension ConfigurationFolder {
  /// The folder as the daemon would read it. Whose it is may be another user than who looks, and the daemon runs as: a copy
  /// that somebody checks, or files that a service of its own keeps.
  /// - Throws: `HostError` where the folder of environments cannot be listed, or others may write in it.
  init(reading folder: String) throws {
    let trust = Trust().andOwner(of: folder)
    let steward = SourceFile.steward(in: folder, trusting: trust)
    let writers = StewardFile.read(steward).steward?.writers ?? []
    self.init(
      steward: steward,
      environments: try SourceFile.environments(in: folder, trusting: trust.with(groups: writers)),
      zones: SystemZones.database, controllers: Controllers.kinds)
  }
}
