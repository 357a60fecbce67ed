import Certificates
import Reconciliation

/// `certificates`: a file that an authority's certificates go into, and a port that shows what its user last read.
enum CertificatesSection: Section {
  static let name = "certificates"

  static func draw(beside draft: Draft, _ dice: inout Dice) -> [any Entry] {
    dice.percent(50) ? [CertificateEntry(name: "web", renewBeforeDays: dice.number(2...30))] : []
  }

  static func model(of id: ResourceID) -> any Model { CertificatesModel(id) }

  static let misfortunes = [
    Misfortune(name, "the authority gives nothing", weight: 2) { (model: CertificatesModel, dice, stage) in
      model.refuse(for: dice.seconds(600...90_000), stage)
    },
    Misfortune(name, "somebody removes the file") { (model: CertificatesModel, _, stage) in model.lose(stage)
    },
    Misfortune(name, "the port is down", weight: 2) { (model: CertificatesModel, dice, stage) in
      model.closePort(for: dice.seconds(60...90_000), stage)
    },
  ]

  static let invariants: [any Invariant.Type] = [CertificateIsValid.self]

  /// Have its user read it: somebody could notice.
  static func risk(of action: AnyAction, on id: ResourceID, seen: AnyObserved?, _ shell: Shell) -> Risk {
    action.verb == "reload" ? .disruptive : .safe
  }
}

/// An entry of `certificates`.
struct CertificateEntry: Entry {
  static let section = CertificatesSection.name

  var name: String
  var renewBeforeDays: Int

  func lines(in environment: String) -> [String] {
    [
      "\(name):", "  hosts: [www.\(environment).example.org]", "  renew before: \(renewBeforeDays)d",
      "  file: /srv/tls/\(environment)-\(name).pem", "  serves: \"www.\(environment).example.org:443\"",
      "  from: https://acme.example.org/directory", "  email: ops@example.org", "  reload: nginx.service",
    ]
  }

  func edited(_ dice: inout Dice) -> Self {
    var certificate = self
    certificate.renewBeforeDays = dice.number(2...30)
    return certificate
  }
}

extension Draft {
  func certificate(_ id: ResourceID) -> CertificateEntry? { entry(id.name) }
}
