import Calendar
import Reconciliation
import Specification
import Testing

@testable import Budget

@Suite("A budget")
struct BudgetTests {
  private let place = Place(file: "environments/staging.yaml")
  private let web = ResourceID(environment: "staging", controller: "instances", name: "web")

  private func scalar(_ text: String) -> SpecNode {
    SpecNode(place: place, content: .scalar(SpecScalar(text)))
  }

  private func mapping(_ entries: [(String, SpecNode)]) -> SpecNode {
    SpecNode(
      place: place,
      content: .mapping(entries.map { SpecEntry(key: SpecKey($0.0, place: place), value: $0.1) }))
  }

  private func read(_ entries: [(String, SpecNode)]) -> (Resource<BudgetSpec>?, [Mistake]) {
    let mistakes = Mistakes()
    let header = EnvironmentHeader(name: "staging", zone: .utc, zones: .utcOnly)
    let found = BudgetController.read(mapping(entries), of: header, mistakes: mistakes)
    return (mistakes.hasErrors ? nil : found.first, mistakes.all)
  }

  private func context(
    at now: String, quantity: Int64, since: String, hours: Hours = .always, months: [CivilMonth: Int64] = [:]
  ) throws -> PlanContext {
    var facts = Facts()
    facts.publish([.uses(by: web, now: Int(quantity), written: 2, hours: hours)], by: web)
    return PlanContext(
      now: try #require(Instant(rfc3339: now)),
      environment: EnvironmentHeader(name: "staging", zone: .utc, zones: .utcOnly), facts: facts,
      usages: [web: Usage(quantity: quantity, since: try #require(Instant(rfc3339: since)), months: months)])
  }

  @Test("is read with its prices in order; a slip is refused with its key")
  func reading() throws {
    let (resource, mistakes) = read([
      ("monthly", scalar("$500")), ("spending", scalar("planned")), ("machines", scalar("cheapest")),
      ("prices", mapping([("web", scalar("$0.08/h")), ("database", scalar("$140/month"))])),
    ])
    #expect(mistakes.isEmpty)
    let spec = try #require(resource?.spec)
    #expect(spec.prices.map { "\($0.name) \($0.price)" } == ["web $0.08/h", "database $140/month"])
    #expect(spec.warnAt.map(\.description) == ["50%", "75%", "90%"])
    #expect(resource?.id.description == "staging/budget/monthly")
    let (_, wrong) = read([("montly", scalar("$500")), ("prices", mapping([("web", scalar("0.08"))]))])
    #expect(wrong.contains { $0.message.contains("did you mean `monthly`") })
    #expect(wrong.contains { $0.message.contains("$0.08/h") })
  }

  @Test("of two instances for a day and a database is exact to the millionth")
  func bill() throws {
    let (resource, _) = read([
      ("monthly", scalar("$500")),
      ("prices", mapping([("web", scalar("$0.08/h")), ("database", scalar("$140/month"))])),
    ])
    let before = try context(at: "2026-11-10T00:00:00Z", quantity: 2, since: "2026-11-01T00:00:00Z")
    let after = try context(at: "2026-11-11T00:00:00Z", quantity: 2, since: "2026-11-01T00:00:00Z")
    let budget = try #require(resource)
    let bill = try #require(BudgetController.bill(budget, from: before, to: after))
    #expect(bill.items.map(\.amount) == [Money(microdollars: 3_840_000), Money(microdollars: 4_666_666)])
    #expect(bill.total == Money(microdollars: 8_506_666))
    #expect(
      bill.months.map { "\($0.month) \($0.amount.cents) \($0.isProjected)" } == ["2026-11 $255.20 true"])
  }

  @Test("over the turn of a month counts each month's own length")
  func months() throws {
    let (resource, _) = read([
      ("monthly", scalar("$500")), ("prices", mapping([("database", scalar("$62/month"))])),
    ])
    let before = try context(at: "2026-11-30T00:00:00Z", quantity: 0, since: "2026-11-01T00:00:00Z")
    let after = try context(at: "2026-12-02T00:00:00Z", quantity: 0, since: "2026-11-01T00:00:00Z")
    let budget = try #require(resource)
    let bill = try #require(BudgetController.bill(budget, from: before, to: after))
    // A thirtieth of November's, a thirty-first of December's.
    #expect(bill.total == Money(microdollars: 2_066_666 + 2_000_000))
    #expect(bill.months.map { "\($0.month) \($0.amount)" } == ["2026-11 $62", "2026-12 $62"])
  }

  @Test("is looked at and found, having nothing to look at")
  func observe() async throws {
    let (resource, _) = read([("monthly", scalar("$500"))])
    let budget = try #require(resource)
    let seen = await BudgetController().observe(budget)
    #expect(seen.value == BudgetObserved())
  }
}
