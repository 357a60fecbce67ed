public import Calendar
public import OpenSSL

/// What a look found of one certificate.
public struct CertificatesObserved: Sendable, Codable, Equatable {
  /// What is in the file.
  public var installed: Installed
  /// The last one that was issued, if it is whole, with a key that fits and an issuer that signed it. It is kept beside
  /// the file, so that a file that is lost is put back.
  public var staged: Certificate?
  /// Whether an order is being carried out, by this daemon or by one before it.
  public var isOrdered: Bool
  /// When that order began.
  public var orderedAt: Instant?
  /// The one that was in the file before, for as long as the new one is not proved.
  public var former: Certificate?
  /// What the port shows; nil where none is written.
  public var port: Port?
  /// What is on record.
  public var record: Record

  /// An observation with these parts.
  public init(
    installed: Installed = Installed(.missing), staged: Certificate? = nil, isOrdered: Bool = false,
    orderedAt: Instant? = nil, former: Certificate? = nil, port: Port? = nil, record: Record = Record()
  ) {
    self.installed = installed
    self.staged = staged
    self.isOrdered = isOrdered
    self.orderedAt = orderedAt
    self.former = former
    self.port = port
    self.record = record
  }

  /// What stands in the file.
  public struct Installed: Sendable, Codable, Equatable {
    /// What it is worth.
    public enum Status: String, Sendable, Codable {
      /// No `file` is written.
      case none
      /// It is not there.
      case missing
      /// A certificate, and the key that fits, which nobody else may read.
      case sound
      /// The same, and others may read the key.
      case exposed
      /// A certificate without a key that fits.
      case unfit
      /// Something else, or for other hosts altogether.
      case foreign
      /// It cannot be read, or not be replaced.
      case unusable
    }

    /// What it is worth.
    public var status: Status
    /// The certificate in it, where there is one.
    public var certificate: Certificate?
    /// What is wrong, where something is.
    public var problem: String?

    /// A file's worth.
    public init(_ status: Status, _ certificate: Certificate? = nil, problem: String? = nil) {
      self.status = status
      self.certificate = certificate
      self.problem = problem
    }
  }

  /// What a port shows.
  public struct Port: Sendable, Codable, Equatable {
    /// The certificate; nil: not known.
    public var certificate: Certificate?
    /// Why it is not known.
    public var problem: String?

    /// What a port shows.
    public init(_ certificate: Certificate?, problem: String? = nil) {
      self.certificate = certificate
      self.problem = problem
    }
  }
}

/// What is on record of a certificate, in a small file of stewardd's state: what no look can tell.
public struct Record: Sendable, Codable, Equatable {
  /// The last one that was put into the file from here.
  public var installed: String?
  /// For which one its user was last told to read it again, and when.
  public var reloaded: Told?
  /// The last one that was proved: its port shows it, or its user took it.
  public var proved: String?
  /// The one that was taken back because its port, or its user, did not take it.
  public var rejected: String?
  /// The last order that was carried out.
  public var ordered: Ordered?
  /// What goes wrong.
  public var trouble: Trouble?

  /// Nothing on record.
  public init() {}

  /// When a certificate's user was told.
  public struct Told: Sendable, Codable, Equatable {
    /// Of which.
    public var fingerprint: String
    /// When.
    public var at: Instant
    /// What its answer was, where it refused.
    public var problem: String?
  }

  /// An order that was carried out.
  public struct Ordered: Sendable, Codable, Equatable {
    /// For which hosts.
    public var hosts: [String]
    /// In place of which certificate in the file; nil: there was none.
    public var instead: String?
    /// When.
    public var at: Instant
    /// How long the certificate lives.
    public var lifeSeconds: Int64
  }
}

/// What goes wrong time and again, and when it is tried next.
public struct Trouble: Sendable, Codable, Equatable {
  /// Whose trouble it is.
  public enum Kind: String, Sendable, Codable {
    /// The authority will not, or cannot be convinced that the hosts are ours.
    case refused
    /// The authority has had enough of us.
    case limited
    /// The authority cannot be reached, or fails itself.
    case unreachable
    /// The new one was taken back.
    case rejected
  }

  /// Whose it is.
  public var kind: Kind
  /// What was said.
  public var cause: String
  /// How many times in a row.
  public var times: Int
  /// When it was last tried.
  public var at: Instant
  /// When it is tried again.
  public var until: Instant

  /// The same trouble again, or another, at `now`: the pause doubles up to a day, from where ``first(_:)`` says.
  init(_ kind: Kind, _ cause: String, after former: Trouble?, at now: Instant, notBefore: Instant? = nil) {
    let times = (former?.times ?? 0) + 1
    let pause = Duration.seconds(min(Self.first(kind) << min(times - 1, 12), 86_400))
    self.kind = kind
    self.cause = cause
    self.times = times
    at = now
    // An authority that names a moment is obeyed, within reason: one that says "in a century" is not.
    let asked = min(notBefore ?? now, now + .seconds(7 * 86_400))
    until = max(now + pause, asked)
  }

  /// The first pause, in seconds. Where nobody answered, or the authority failed itself, nothing was counted there, and most
  /// of it passes within a minute. Of refusals Let's Encrypt permits five an hour: three fit into the first.
  private static func first(_ kind: Kind) -> Int64 {
    switch kind {
    case .unreachable: 30
    case .refused: 900
    case .limited, .rejected: 3_600
    }
  }
}
