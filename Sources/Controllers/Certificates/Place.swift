import Calendar
import CrashPoints
import FoundationEssentials
import Host
import Reconciliation

/// Where a certificate's things are in stewardd's state:
///
///     certificates/turn                      the lock of all orders
///     certificates/ENV/accounts/…            lego's, shared by the environment's certificates
///     certificates/ENV/certificates/NAME.crt what the authority gave: the chain; NAME.issuer.crt beside it
///     certificates/ENV/orders/NAME/          key.pem, request.csr, former.pem, record.json, lock, log
///
/// Calls block.
struct CertificatePlace: Sendable {
  let state: String
  let id: ResourceID

  var root: String { "\(state)/certificates" }
  var turn: String { "\(root)/turn" }
  var folder: String { "\(root)/\(id.environment)" }
  var order: String { "\(folder)/orders/\(id.name)" }
  var chain: String { "\(folder)/certificates/\(id.name).crt" }
  var issuer: String { "\(folder)/certificates/\(id.name).issuer.crt" }
  var key: String { "\(order)/key.pem" }
  var request: String { "\(order)/request.csr" }
  var former: String { "\(order)/former.pem" }
  var lock: String { "\(order)/lock" }
  var log: String { "\(order)/log" }
  private var record: String { "\(order)/record.json" }

  /// A chain of a few certificates with its key has some 10 KB; what is larger is something else.
  static let bytesMax = 1 << 20

  /// Makes its folders.
  func make() throws(HostError) {
    var folder = try Folder(state)
    for name in ["certificates", id.environment, "orders", id.name] {
      guard let name = FileName(name) else { throw HostError("make", order, "not a name for a folder") }
      folder = try effect("certificates.folder") { () throws(HostError) in try folder.makeFolder(name) }
    }
  }

  /// When the last order began, by its request; nil: there was none.
  func orderedAt() throws(HostError) -> Instant? {
    guard let name = FileName("request.csr") else { return nil }
    return try Folder(order).entry(name)?.modified
  }

  /// Removes what the authority gave last.
  func forget() throws(HostError) {
    for path in [chain, issuer] {
      do throws(HostError) {
        _ = try effect("issue.forget") { () throws(HostError) in try PrivateFile.remove(path) }
      } catch {
        // Before the first order there is not even the folder.
        guard error.isAbsent else { throw error }
      }
    }
  }

  /// What is on record. One that cannot be understood counts as none: what it tells is proved anew.
  func readRecord() throws(HostError) -> Record {
    guard let bytes = try PrivateFile.read(record, bytesMax: Self.bytesMax) else { return Record() }
    return (try? JSONDecoder().decode(Record.self, from: Data(bytes))) ?? Record()
  }

  /// Changes what is on record. One action at a time is under way on a resource, so nobody else does meanwhile.
  func change(_ change: (inout Record) -> Void) throws {
    var record = try readRecord()
    change(&record)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let bytes = Array(try encoder.encode(record))
    try effect("certificates.record") { try PrivateFile.write(bytes, to: self.record) }
  }
}
