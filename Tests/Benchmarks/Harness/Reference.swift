import FoundationEssentials

/// The bare C programs that Steward is measured against: each does the same work with nothing around it, and prints
/// one number.
enum Reference {
  /// Compiles `References/NAME.c` as a distribution would and returns the program's path.
  static func compile(_ name: String, in scratch: Scratch, _ libraries: String...) throws -> String {
    let program = scratch.path("\(name)-reference")
    _ = try Program.output(
      ["cc", "-O2", "-Wall", "-Werror", "-D_GNU_SOURCE", "-o", program, path("\(name).c")]
        + libraries.map { "-l\($0)" })
    return program
  }

  /// The path of a file of `References`.
  static func path(_ name: String) -> String {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "References/\(name)").path()
  }
}
