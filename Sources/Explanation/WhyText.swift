public import Calendar
public import StatusAPI

extension WhyBody {
  /// The answer as people read it: the rules, the inputs, the event that led here, what is planned and why it waits,
  /// what would change it and when. In `zone`, that of the environment.
  public func page(in zone: Zone) -> Page {
    let when = When(zone: zone, now: at)
    var page = Page(resource.id, resource.headline)
    addInputs(to: &page, when)
    page.add(trail: trail, when)
    addPlan(to: &page, when)
    addChanges(to: &page, when)
    return page
  }

  private func addInputs(to page: inout Page, _ when: When) {
    for reason in reasons where reason.label == "rule" { page.add("rule", reason.text, reason.place) }
    page.add(file, when)
    page.addNow(when)
    if let observation {
      let what =
        observation.isKnown
        ? "\(when.moment(observation.at)), \(when.distance(observation.at))"
        : "nothing is known since \(when.moment(observation.at)): \(observation.reason ?? "")"
      page.add("looked", what, nil, observation.isKnown ? nil : .bad)
    } else {
      page.add("looked", "not yet", nil, .caution)
    }
    for reason in reasons where reason.label != "rule" { page.add(reason.label, reason.text, reason.place) }
    for order in orders { page.add(order, when) }
    for attempt in attempts where attempt.failure != nil || attempt.nextAt > at && attempt.count > 1 {
      let verb = attempt.action["verb"].map { "\($0) " } ?? ""
      let next = attempt.nextAt > at ? ", the next not before \(when.moment(attempt.nextAt))" : ""
      page.add(
        "attempts",
        "\(verb)\(attempt.count) in a row\(attempt.failure.map { ", the last failed: \($0)" } ?? "")\(next)")
    }
  }

  private func addPlan(to page: inout Page, _ when: When) {
    if let underWay = resource.underWay {
      page.add(
        "under way",
        "\(underWay.description), begun \(when.moment(underWay.since)), \(when.distance(underWay.since)), "
          + "event \(underWay.sequence)")
    }
    for action in resource.actions where action.description != resource.underWay?.description {
      page.add(resource.underWay == nil ? "to do" : "then", "\(action.description) (\(action.risk))")
      if let hold = action.hold { page.add(hold, when) }
    }
    for wait in resource.waits { page.add(wait, when) }
    for finding in resource.findings {
      page.add(finding.severity, finding.message, finding.place, Tone(severity: finding.severity))
      page.add("mend", finding.mend)
    }
  }

  /// What would change it: time, a command, an edit.
  private func addChanges(to page: inout Page, _ when: When) {
    if let next {
      let more = next.moreActions > 0 ? ", and \(next.moreActions) more" : ""
      page.add("by itself", "\(when.moment(next.at)), \(when.distance(next.at)): \(next.what)\(more)")
    } else if resource.underWay != nil {
      page.add("by itself", "when what is under way ends: it is looked at and planned anew")
    } else if let wake = resource.wakeAt {
      page.add(
        "by itself",
        "nothing by time alone; looked at again \(when.moment(wake)), \(when.distance(wake)), or on any change"
      )
    } else {
      page.add("by itself", "nothing by time alone; looked at again on any change")
    }
    for lever in levers { page.add("by command", "\(lever.command)  → \(lever.effect)") }
    page.add("by edit", "what is written from here on", place)
  }
}

extension JSONValue {
  /// The text of a member of an object.
  fileprivate subscript(_ name: String) -> String? {
    guard case .object(let members) = self, case .string(let text)? = members[name] else { return nil }
    return text
  }
}
