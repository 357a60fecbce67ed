import Backups
import Budget
import Cache
import Certificates
import Database
import Instances
import Logs
public import Reconciliation
import SecretStore
import Secrets

/// The controllers that exist, in the order of the status table. To add one: a folder beside this file with its target
/// in `Package.swift`, and one line in ``list``.
public enum Controllers {
  private static let list: [Entry] = [
    Entry(InstancesController.self) { doors in
      InstancesController(
        children: doors.children, units: doors.units, unitFiles: doors.unitFiles, commands: doors.commands,
        clock: doors.clock
      ) { environment, name, version in
        let id = SecretID(environment: environment, name: name)
        let value = try await doors.secrets.value(of: id, version: version)
        return (value.reveal(), try await doors.secrets.versions(of: id).first { $0.number == version }?.user)
      }
    },
    Entry(SecretsController.self) {
      SecretsController(
        store: $0.secrets, runner: $0.commands, clock: $0.clock, scratch: "\($0.stateFolder)/scratch",
        randomness: $0.randomness)
    },
    Entry(LogsController.self) { LogsController(commands: $0.commands, clock: $0.clock) },
    Entry(BackupsController.self) {
      BackupsController(state: $0.stateFolder, commands: $0.commands, clock: $0.clock)
    },
    Entry(DatabaseController.self) { doors in
      DatabaseController(clock: doors.clock) { environment, name in
        try await doors.secrets.candidates(of: SecretID(environment: environment, name: name))
      }
    },
    Entry(CertificatesController.self) {
      CertificatesController(state: $0.stateFolder, commands: $0.commands, clock: $0.clock)
    },
    Entry(CacheController.self) { doors in
      CacheController(commands: doors.commands, clock: doors.clock) { environment, name in
        let id = SecretID(environment: environment, name: name)
        guard let current = try await doors.secrets.versions(of: id).last(where: { $0.phase == .current })
        else {
          return nil
        }
        return try await doors.secrets.value(of: id, version: current.number).reveal()
      }
    },
    Entry(BudgetController.self) { BudgetController(clock: $0.clock) },
  ]

  /// The pure halves: what reading files, planning and forecasting need.
  public static let kinds = list.map(\.kind)

  /// The controllers on these doors.
  public static func live(_ doors: ControllerDoors) -> [LiveController] { list.map { $0.make(doors) } }

  private struct Entry {
    let kind: ControllerKind
    let make: @Sendable (ControllerDoors) -> LiveController

    init<C: Controller>(_ type: C.Type, _ make: @escaping @Sendable (ControllerDoors) -> C) {
      kind = ControllerKind(type)
      self.make = { LiveController(make($0)) }
    }
  }
}
