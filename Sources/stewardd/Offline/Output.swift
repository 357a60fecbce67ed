import ArgumentParser
import FoundationEssentials

/// Prints `body` as `--json` does everywhere: members in a fixed order, for people and for diffs.
func printJSON(_ body: some Encodable) throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
  print(String(decoding: try encoder.encode(body), as: UTF8.self))
}

/// The exit status where the question was whether something differs, and it does.
let somethingDiffers = ExitCode(2)
