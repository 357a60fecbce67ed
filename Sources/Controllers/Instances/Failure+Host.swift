import Host
import Reconciliation

extension Failure {
  /// What the door to processes says, with what it means for an instance. A program or a folder that is missing may be
  /// put in place without an edit of the file, so it needs a person and not another text.
  init(_ error: HostError, _ operation: String) {
    let isMissing = error.operation == "start" || error.operation == "work in"
    let needsOperator = error.code != nil && error.class == .terminal && isMissing
    self.init(
      needsOperator ? .needsOperator : Failure.Class(error.class), code: "process", operation: operation,
      subject: error.subject, cause: error.reason + Failure.hint(error))
  }

  // ENOENT, EACCES, ENOEXEC (execve(2)).
  private static let noSuchFile: Int32 = 2
  private static let noPermission: Int32 = 13
  private static let noFormat: Int32 = 8

  private static func hint(_ error: HostError) -> String {
    switch (error.operation, error.code) {
    case ("work in", .some): " (the instance's `folder`)"
    case ("start", noSuchFile): ": the program, or the interpreter that its first line names, is not there"
    case ("start", noPermission): ": it may not be executed"
    case ("start", noFormat): ": it is neither a program nor a script that begins with #!"
    default: ""
    }
  }
}

extension Failure.Class {
  fileprivate init(_ class: HostError.Class) {
    self =
      switch `class` {
      case .transient: .transient
      case .terminal: .terminal
      case .needsOperator: .needsOperator
      }
  }
}
