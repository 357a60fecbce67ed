import Reconciliation
import Specification
import StatusAPI

extension Request.Ask {
  /// What `POST /v1/requests/VERB` asks for. A verb that is none of the kernel's own is a demand on a
  /// controller, which knows its own verbs.
  /// - Throws: ``StatusError``, `invalid`.
  init(verb: String, _ body: RequestBody, _ limits: ServerLimits) throws(StatusError) {
    let reason = try Request.Ask.reason(body.reason, limits)
    switch verb {
    case "open", "close":
      guard let until = body.until else {
        throw .invalid("`until` is missing: say when it ends", hint: "--until 23:00 or --for 2h")
      }
      let scope = try Request.Ask.scope(body.scope)
      self =
        verb == "open"
        ? .open(scope, until: until, reason: reason) : .close(scope, until: until, reason: reason)
    case "end": self = .end(try Request.Ask.scope(body.scope))
    case "suspend":
      self = .suspend(try Request.Ask.scope(body.scope), until: body.until, reason: reason)
    case "resume": self = .resume(try Request.Ask.scope(body.scope))
    case "reconcile": self = .reconcile(try Request.Ask.scope(body.scope))
    case "approve":
      guard let digest = body.digest, !digest.isEmpty else {
        throw .invalid("`digest` is missing: say which plan is approved", hint: "steward plan shows it")
      }
      guard digest.utf8.count <= limits.digestBytesMax else {
        throw .invalid("`digest` is none: it is longer than any", hint: "steward plan shows it")
      }
      self = .approve(try Request.Ask.resource(body.scope), digest: digest, reason: reason)
    default:
      // It ends up in messages, whether a controller knows it or not.
      guard (1...40).contains(verb.utf8.count), verb.allSatisfy({ $0 == "-" || ("a"..."z").contains($0) })
      else {
        throw .invalid(
          "this is no verb", hint: "open, close, end, suspend, resume, reconcile, approve, rotate …")
      }
      self = .demand(verb: verb, try Request.Ask.resource(body.scope), reason: reason)
    }
  }

  static func scope(_ text: String) throws(StatusError) -> Scope {
    guard let scope = Scope(text), scope.isNamed else {
      throw .invalid(
        "`scope` is no environment, section or resource",
        hint: "staging, staging/instances or staging/instances/web")
    }
    return scope
  }

  static func resource(_ text: String) throws(StatusError) -> ResourceID {
    guard let id = ResourceID(text), Scope(id).isNamed else {
      throw .invalid("`scope` is no resource", hint: "environment/section/name: staging/instances/web")
    }
    return id
  }

  /// A reason goes into the log and is read there by people: nothing that a file may not hold, and no novel.
  private static func reason(_ text: String?, _ limits: ServerLimits) throws(StatusError) -> String {
    let text = text ?? ""
    guard text.utf8.count <= limits.reasonBytesMax else {
      throw .invalid("`reason` is longer than \(limits.reasonBytesMax) bytes")
    }
    guard !text.unicodeScalars.contains(where: \.isHidden) else {
      throw .invalid("`reason` holds control characters, or others that are not seen")
    }
    return text
  }
}

extension Scope {
  /// Whether each part is what a file can call something: every other text names nothing, and is not carried any further.
  fileprivate var isNamed: Bool {
    [environment, controller, name].compactMap(\.self).allSatisfy(EntryName.isValid)
  }
}
