/// Something that is read from outside, and what must hold whatever the bytes are.
struct Language: Sendable {
  /// The name that is typed: `Tests/Fuzz/run` calls `steward-fuzz NAME`.
  let name: String
  /// What a reader meets in life and what is likely to trip it: files and folders below the project, or absolute
  /// paths.
  let seeds: [String]
  /// Longer inputs find nothing that shorter ones do not, but slowly.
  var bytesMax = 4096
  /// Reads the bytes and ends the process where a promise is broken.
  let read: @Sendable ([UInt8]) -> Void
}

/// Ends the process where a promise does not hold; the fuzzer keeps what was read.
func promise(_ holds: @autoclosure () -> Bool, _ sentence: @autoclosure () -> String) {
  guard !holds() else { return }
  fatalError("a promise is broken: \(sentence())")
}
