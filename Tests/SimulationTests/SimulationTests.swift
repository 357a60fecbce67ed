import Simulation
import Testing

@Suite("Years of trouble")
struct SimulationTests {
  @Test("a seed runs")
  func runs() {
    let verdict = Run.of(Script(seed: 1, days: 60))
    #expect(verdict.violation == nil)
  }
}
