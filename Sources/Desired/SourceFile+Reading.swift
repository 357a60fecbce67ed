public import Host

extension SourceFile {
  /// A file larger than this is refused by ``YAMLTree`` with a better message; reading stops one byte later.
  private static let bytesMax = SourceLimits.bytesMax + 1

  /// Reads the file `name` below `folder`. A file that cannot be read is a mistake of the operator's, not an error here; so is
  /// one that `trust` does not trust.
  ///
  /// Blocks; call it inside `offPool`.
  public static func read(_ name: String, in folder: String, trusting trust: Trust? = nil) -> SourceFile {
    do {
      let path = "\(folder)/\(name)"
      guard let found = try PlainFile.look(at: path, bytesMax: bytesMax, trusting: trust) else {
        return SourceFile(name: name, contents: .failure(UnreadableFile("no such file")))
      }
      return SourceFile(
        name: name, contents: .success(found.bytes),
        origin: Origin(found.identity, leftAlone: found.leftAlone))
    } catch {
      return SourceFile(name: name, contents: .failure(UnreadableFile(error.reason)))
    }
  }

  /// Reads `steward.yaml` in `folder`, which nobody may write whom `trust` does not trust.
  ///
  /// Blocks; call it inside `offPool`.
  public static func steward(in folder: String, trusting trust: Trust) -> SourceFile {
    let name = "steward.yaml"
    do {
      try trust.check(folder: folder)
      return read(name, in: folder, trusting: trust)
    } catch {
      return SourceFile(name: name, contents: .failure(UnreadableFile("\(folder): \(error.reason)")))
    }
  }

  /// Reads every environment's file in `folder/environments`, by name.
  ///
  /// Blocks; call it inside `offPool`.
  /// - Throws: `HostError` where the folder cannot be listed, or is not trusted: that is not the same as an empty one.
  public static func environments(in folder: String, trusting trust: Trust) throws(HostError) -> [SourceFile]
  {
    try trust.check(folder: "\(folder)/environments")
    return try PlainFile.names(in: "\(folder)/environments").filter(
      ConfigurationFolder.isEnvironment(fileName:)
    )
    .sorted()
    .map { read("environments/\($0)", in: folder, trusting: trust) }
  }
}
