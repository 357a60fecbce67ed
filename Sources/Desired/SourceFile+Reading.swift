public import Host

extension SourceFile {
  /// A file larger than this is refused by ``YAMLTree`` with a better message; reading stops one byte later.
  private static let bytesMax = SourceLimits.bytesMax + 1

  /// Reads the file `name` below `folder`. A file that cannot be read is a mistake of the operator's, not an error here.
  ///
  /// Blocks; call it inside `offPool`.
  public static func read(_ name: String, in folder: String) -> SourceFile {
    do {
      guard let bytes = try PlainFile.read("\(folder)/\(name)", bytesMax: bytesMax) else {
        return SourceFile(name: name, contents: .failure(UnreadableFile("no such file")))
      }
      return SourceFile(name: name, contents: .success(bytes))
    } catch {
      return SourceFile(name: name, contents: .failure(UnreadableFile(error.reason)))
    }
  }

  /// Reads every environment's file in `folder/environments`, by name.
  ///
  /// Blocks; call it inside `offPool`.
  /// - Throws: `HostError` where the folder cannot be listed: that is not the same as an empty one.
  public static func environments(in folder: String) throws(HostError) -> [SourceFile] {
    try PlainFile.names(in: "\(folder)/environments").filter(ConfigurationFolder.isEnvironment(fileName:))
      .sorted()
      .map { read("environments/\($0)", in: folder) }
  }
}
