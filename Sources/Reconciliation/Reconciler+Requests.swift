import Calendar

extension Reconciler {
  /// Takes a person's request: refused with its reason, or recorded as an event that the next plans read.
  mutating func take(_ request: Request, number: UInt64, in turn: inout Turn) {
    let scope = request.ask.scope
    guard let header = environments[scope.environment]?.header,
      request.caller.may(.read, in: header) || request.caller.may(request.ask.permission, in: header)
    else {
      refuseUnseen(request, number: number, in: &turn)
      return
    }
    guard request.caller.may(request.ask.permission, in: header) else {
      deny(
        request, because: "needs the permission `\(request.ask.permission.rawValue)` in \(header.name)",
        in: &turn)
      let roles = (header.access[request.ask.permission] ?? []).sorted().joined(separator: ", ")
      let held = "\(request.caller.name) may not `\(request.ask.verb)` in \(header.name)"
      answer(
        number,
        .refused(
          .forbidden, message: roles.isEmpty ? "\(held); no role may" : "\(held); these roles may: \(roles)"),
        in: &turn)
      return
    }
    guard resources.keys.contains(where: scope.contains) || scope.controller == nil else {
      let isReader = request.caller.may(.read, in: header)
      let message = isReader ? unknown(scope) : "there is no \(scope)"
      answer(number, .refused(.unknownSubject, message: message), in: &turn)
      return
    }
    if let (refusal, message) = objection(to: request.ask, at: turn.now) {
      answer(number, .refused(refusal, message: message), in: &turn)
      return
    }
    accept(request, header, number: number, in: &turn)
  }

  private func unknown(_ scope: Scope) -> String {
    let names = (members[scope.environment] ?? []).sorted().filter {
      scope.controller == nil || $0.controller == scope.controller
    }
    let known = (names.isEmpty ? (members[scope.environment] ?? []).sorted() : names).map { "\($0)" }
    return "there is no \(scope); there are: \(known.joined(separator: ", "))"
  }

  private func objection(to ask: Request.Ask, at now: Instant) -> (Answer.Refusal, String)? {
    switch ask {
    case .open(_, let until, let reason), .close(_, let until, let reason):
      if until <= now { return (.invalid, "the end \(until) is not in the future") }
      if until > now + limits.overrideLongest {
        return (.invalid, "an override ends within 31 days; what should hold for longer belongs in the file")
      }
      return reason.isEmpty ? (.invalid, "say why: --reason") : nil
    case .suspend(_, let until, let reason):
      if let until, until <= now { return (.invalid, "the end \(until) is not in the future") }
      return reason.isEmpty ? (.invalid, "say why: --reason") : nil
    case .end(let scope):
      return memory.overrides[scope].map { $0.until > now } == true
        ? nil : (.conflict, "nobody has opened or closed \(scope)")
    case .resume(let scope):
      return memory.suspensions[scope] != nil ? nil : (.conflict, "\(scope) is not suspended")
    case .demand(let verb, let id, _):
      let known = kinds[id.controller]?.requests ?? []
      if known.contains(verb) { return nil }
      return (
        .invalid,
        known.isEmpty
          ? "nothing can be asked of \(id.controller)"
          : "\(id.controller) cannot \(verb); what can be asked of it: \(known.joined(separator: ", "))"
      )
    case .approve(let id, let digest, _):
      guard let hold = resources[id]?.held.first(where: { $0.digest != nil }) else {
        return (.conflict, "nothing of \(id) waits for an approval")
      }
      return hold.digest == digest
        ? nil
        : (
          .conflict,
          "what waits now is another plan: \(hold.action.description) (\(hold.digest ?? "")); nothing was approved"
        )
    case .reveal(let id):
      return kinds[id.controller]?.reveals == true
        ? nil : (.invalid, "`\(id.controller)` holds no secrets; name one as environment/secrets/NAME")
    case .reconcile: return nil
    }
  }

  private mutating func accept(
    _ request: Request, _ header: EnvironmentHeader, number: UInt64, in turn: inout Turn
  ) {
    let scope = request.ask.scope
    let by = request.caller.name
    func note(
      _ kind: EventKind, _ message: String, _ body: [String: JSON], severity: Severity = .notice
    ) {
      let sequence = record(
        kind, message, of: scope, severity: severity, by: by, body: .object(body), in: &turn)
      acknowledge(number, in: &turn)
      for id in members[scope.environment] ?? [] where scope.contains(id) {
        resources[id]?.because = sequence
      }
      lookAround(scope, in: &turn)
    }
    switch request.ask {
    case .open(_, let until, let reason):
      note(
        .opened, "\(scope) is held open until \(header.zone.words(for: until)): \(reason)",
        ["until": .string("\(until)"), "reason": .string(reason)])
    case .close(_, let until, let reason):
      note(
        .closed, "\(scope) is held closed until \(header.zone.words(for: until)): \(reason)",
        ["until": .string("\(until)"), "reason": .string(reason)])
    case .end: note(.ended, "\(scope) follows its hours again", [:])
    case .suspend(_, let until, let reason):
      note(
        .suspended,
        "\(scope) is left alone\(until.map { " until \(header.zone.words(for: $0))" } ?? ""): \(reason)",
        ["until": until.map { .string("\($0)") } ?? .null, "reason": .string(reason)])
    case .resume: note(.resumed, "\(scope) is kept again", [:])
    case .demand(let verb, let id, let reason):
      note(
        .requested, "\(verb) \(id) was asked for\(reason.isEmpty ? "" : ": \(reason)")",
        ["verb": .string(verb), "reason": .string(reason)])
    case .reconcile:
      note(
        .requested, "a new look at \(scope) was asked for", ["verb": .string(Memory.reconcile)],
        severity: .info)
    case .approve(let id, let digest, let reason):
      approve(id, digest, reason, request, header, number: number, in: &turn)
    case .reveal(let id):
      guard let kept = resources[id] else { return }
      record(.revealed, "\(by) reads \(id)", of: scope, severity: .notice, by: by, in: &turn)
      turn.after.append(.reveal(number: number, kept.resource))
    }
  }

  private mutating func approve(
    _ id: ResourceID, _ digest: String, _ reason: String, _ request: Request, _ header: EnvironmentHeader,
    number: UInt64, in turn: inout Turn
  ) {
    guard let hold = resources[id]?.held.first(where: { $0.digest == digest }),
      case .approvals(_, let role) = header.guard.requirement(for: hold.action.risk)
    else {
      answer(
        number, .refused(.conflict, message: "what waits needs no approval: it waits for time"), in: &turn)
      return
    }
    guard request.caller.roles.contains(role) || request.caller.isOwner else {
      deny(request, because: "needs the role \(role)", in: &turn)
      answer(number, .refused(.forbidden, message: "the approval must come from a \(role)"), in: &turn)
      return
    }
    let message = "\(request.caller.name) approves: \(hold.action.description)"
    let sequence = record(
      .approved, message, of: Scope(id), severity: .notice, by: request.caller.name,
      cause: resources[id]?.because,
      body: [
        "digest": .string(digest), "role": .string(role), "reason": .string(reason),
        "until": .string("\(turn.now + Approval.longest)"),
        "action": hold.action.json,
      ],
      in: &turn)
    resources[id]?.because = sequence
    acknowledge(number, in: &turn)
    look(at: id, in: &turn)
  }

  private mutating func lookAround(_ scope: Scope, in turn: inout Turn) {
    for id in (members[scope.environment] ?? []).sorted() where scope.contains(id) { look(at: id, in: &turn) }
  }

  /// Answers with the event that was just recorded, as it was.
  private mutating func acknowledge(_ number: UInt64, in turn: inout Turn) {
    guard let event = turn.events.last else { return }
    answer(number, .accepted(sequence: event.sequence, message: event.message), in: &turn)
  }

  mutating func answer(_ number: UInt64, _ answer: Answer, in turn: inout Turn) {
    turn.after.append(.answer(number: number, answer))
  }
}
