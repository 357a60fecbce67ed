public import Calendar
public import StatusAPI

extension WhyEnvironmentBody {
  /// The answer as people read it: the state and what makes it so, the file in force, orders, the newest event, what
  /// comes next. In `zone`, that of the environment.
  public func page(in zone: Zone) -> Page {
    let when = When(zone: zone, now: at)
    var page = Page(environment.name, environment.state)
    let resources = environment.resources.filter { decisive.contains($0.id) }
    for resource in resources.prefix(WhyEnvironmentBody.decisiveMax) {
      page.add("because of", "\(resource.id): \(resource.headline)")
    }
    let more = resources.count - WhyEnvironmentBody.decisiveMax
    if more > 0 { page.add("", "and \(more) more: steward status \(environment.name)") }
    if environment.resources.isEmpty {
      page.add(
        "because of",
        environment.isReleased ? "its file is gone; nothing was torn down" : "nothing is kept in it")
    }
    page.add(file, when)
    page.addNow(when)
    for order in environment.orders { page.add(order, when) }
    for resource in environment.resources {
      for action in resource.actions {
        if let hold = action.hold { page.add(hold.of(resource.id, action), when) }
      }
      for wait in resource.waits { page.add(wait.of(resource.id), when) }
      for finding in resource.findings {
        page.add(
          finding.severity, "\(resource.id): \(finding.message)", finding.place,
          Tone(severity: finding.severity))
        page.add("mend", finding.mend)
      }
    }
    page.add(trail: trail, when)
    if let next = environment.next {
      let what = next.resource.map { "\($0): \(next.what)" } ?? next.what
      page.add("by itself", "\(when.moment(next.at)), \(when.distance(next.at)): \(what)")
    } else {
      page.add("by itself", "nothing by time alone")
    }
    if let first = resources.first { page.add("more", "steward why \(first.id)") }
    return page
  }

  /// How many of the resources that make the state what it is are told.
  private static let decisiveMax = 8
}

extension WaitBody {
  /// The same, told of a resource among others.
  fileprivate func of(_ resource: String, _ action: ActionBody? = nil) -> WaitBody {
    let what = action.map { "\(resource): \($0.description): " } ?? "\(resource): "
    return WaitBody(reason: what + reason, endedBy: endedBy, until: until, place: place)
  }
}
