import Specification
import Testing

@Suite("The name that was meant")
struct NearestNameTests {
  private let keys = ["run", "count", "port", "purge at", "stop within", "release-engineer"]

  @Test(
    "a typing mistake finds its key",
    arguments: [
      ("purge_at", "purge at"), ("purge-at", "purge at"), ("PurgeAt", "purge at"), ("cuont", "count"),
      ("prot", "port"), ("stop wihtin", "stop within"), ("release-enginer", "release-engineer"),
      ("ran", "run"),
    ])
  func found(written: String, meant: String) {
    #expect(NearestName.of(written, among: keys) == meant)
  }

  @Test(
    "another word finds nothing",
    arguments: ["on", "environment", "x", "", String(repeating: "a", count: 5_000)])
  func unrelated(written: String) {
    #expect(NearestName.of(written, among: keys) == nil)
  }

  @Test("of two that are equally near, the first by name is taken, whatever their order")
  func deterministic() {
    #expect(NearestName.of("rxo", among: ["rto", "rpo"]) == "rpo")
    #expect(NearestName.of("rxo", among: ["rpo", "rto"]) == "rpo")
  }
}
