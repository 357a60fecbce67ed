public import Calendar
public import StatusAPI

extension WhyNotBody {
  /// The answer as people read it: whether it is being done; else the smallest sets of conditions it needs, who makes
  /// each so, and when. In `zone`, that of the environment.
  public func page(in zone: Zone) -> Page {
    let when = When(zone: zone, now: at)
    var page = Page("not \(verb) \(resource.id)", heading(when))
    switch verdict {
    case "unknown-action":
      page.add("there are", known.isEmpty ? "none" : known.joined(separator: ", "))
      return page
    case "under-way":
      if let underWay = resource.underWay {
        page.add(
          "under way",
          "\(underWay.description), begun \(when.moment(underWay.since)), event \(underWay.sequence)")
      }
    case "free":
      for action in after { page.add("after", action) }
    case "blind":
      if let blind { page.add(blind, when, label: "unmet") }
    default: addWays(to: &page, when)
    }
    for rule in rules { page.add("rule", rule.text, rule.place) }
    page.addNow(when)
    return page
  }

  private func heading(_ when: When) -> String {
    switch verdict {
    case "unknown-action": return "`\(resource.controller)` has no such action"
    case "under-way": return "it is being done"
    case "free": return "nothing is in its way: it begins at the next look"
    case "blind": return "nothing is known of it now"
    case "nothing": return "there is nothing for it to do: \(resource.headline)"
    default: break
    }
    if let first = ways.first(where: \.isByItself)?.earliest {
      return "by itself \(when.moment(first)), \(when.distance(first))"
    }
    return "never by itself within \(horizonDays) days, as things stand"
  }

  private func addWays(to page: inout Page, _ when: When) {
    for (index, way) in ways.enumerated() {
      let moment =
        way.earliest.map { $0 <= at ? "at once" : "\(when.moment($0)), \(when.distance($0))" }
        ?? "nobody can say when"
      let needs = way.conditions.count == 1 ? "one condition" : "\(way.conditions.count) conditions"
      page.add(index == 0 ? "it needs" : "or", "\(needs), and begins \(moment): \(way.action)", nil, .strong)
      for condition in way.conditions { page.add(condition, when, label: "unmet") }
    }
    if ways.isEmpty {
      for wait in resource.waits { page.add(wait, when) }
      for finding in resource.findings {
        page.add(finding.severity, finding.message, finding.place, Tone(severity: finding.severity))
        page.add("mend", finding.mend)
      }
      page.add("would need", "another state of the world, or an edit of a rule below")
    }
    if isCutOff { page.add("cut off", "not every set of conditions was tried") }
  }
}
