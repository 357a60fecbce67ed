/// The rule by which polkit lets a user without privileges have systemd manage units: exactly those that the files name,
/// and of what can be asked exactly ``UnitVerb``.
///
/// It is made of the operator's files by root, never by the daemon, which could otherwise widen what it may do. The units
/// stand in it by name: a fixed pattern, `steward-*@*.service`, would let the daemon start whatever some package or
/// person calls so. `start` is not among the verbs, because that is also what `systemctl isolate` asks for; `restart`
/// starts what does not run. What is asked without the name of a unit, such as a transient unit of any command, matches
/// nothing here.
public struct PolkitRule: Sendable {
  /// The user that the daemon runs as.
  public var user: String
  /// By template (`web@`), the highest index that may run.
  public var units: [String: Int]

  /// A rule for these units.
  public init(user: String, units: [String: Int]) {
    self.user = user
    self.units = units
  }

  /// The file below `/etc/polkit-1/rules.d` (polkit(8)). More run than the files say after they were edited to say less:
  /// what is numbered higher may be stopped, and not started.
  public var text: String {
    let highest = units.sorted { $0.key < $1.key }.map { "\"\($0.key)\": \($0.value)" }.joined(
      separator: ", ")
    return """
      // Written by `stewardd polkit` from the files of Steward. It is written anew when they change.
      polkit.addRule(function (action, subject) {
        if (action.id != "org.freedesktop.systemd1.manage-units" || subject.user != "\(user)") return;
        var highest = {\(highest)};
        var unit = /^([A-Za-z0-9_.:-]+@)([1-9][0-9]*)[.]service$/.exec(action.lookup("unit"));
        if (!unit || !Object.prototype.hasOwnProperty.call(highest, unit[1])) return;
        var isWritten = Number(unit[2]) <= highest[unit[1]];
        switch (action.lookup("verb")) {
        case "restart": if (isWritten) return polkit.Result.YES; break;
        case "stop": case "reset-failed": return polkit.Result.YES;
        }
      });

      """
  }
}
