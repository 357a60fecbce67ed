import GRDB

extension EventLogError {
  /// Sorts what SQLite answered to `operation` ("append 3 events").
  init(_ error: any Error, path: String, while operation: String) {
    if let error = error as? EventLogError {
      self = error
    } else if let error = error as? DatabaseError {
      self.init(error, path: path, while: operation)
    } else {
      self.init(.refused, path, "could not \(operation): \(error)")
    }
  }

  private init(_ error: DatabaseError, path: String, while operation: String) {
    let code = error.extendedResultCode
    // SQLite's own words for the code; `error.message` may quote a value.
    let reason = "\(code)"
    let kind = Kind(code)
    let consequence =
      switch kind {
      case .full where code.primaryResultCode == .SQLITE_BUSY || code.primaryResultCode == .SQLITE_LOCKED:
        "another program has locked the log"
      case .full where code.primaryResultCode == .SQLITE_CANTOPEN: "it may be tried again"
      case .full: "there is no space left; nothing was written, and nothing is until there is some"
      case .broken:
        "the log cannot be trusted to keep what it is given, so the daemon must end and look again"
      case .refused: "nothing was changed"
      }
    self.init(kind, path, "could not \(operation): \(reason): \(consequence)")
  }
}

extension EventLogError.Kind {
  /// The rule, from sqlite.org/rescode.html: no space, locked by another, and no descriptor left to open a
  /// file with are passing; a constraint or a misuse is our own mistake; everything else is a disk, a file
  /// system or a file that no longer does what SQLite relies on.
  init(_ code: ResultCode) {
    switch code {
    // Growing the shared-memory index is how a full disk is noticed when the log's own pages still fit.
    case .SQLITE_FULL, .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_CANTOPEN, .SQLITE_IOERR_SHMSIZE: self = .full
    case .SQLITE_CONSTRAINT, .SQLITE_MISUSE, .SQLITE_ERROR, .SQLITE_RANGE, .SQLITE_INTERRUPT, .SQLITE_ABORT,
      .SQLITE_TOOBIG, .SQLITE_MISMATCH:
      self = .refused
    default: self = .broken
    }
  }
}
