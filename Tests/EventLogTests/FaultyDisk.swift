import CFaultyDisk
import Fixtures

/// What goes wrong with a disk, at which of the changes that SQLite makes on it.
struct Mishap: CustomStringConvertible {
  /// The change, counted from 0 since the disk was put in place; -1 for none.
  var index: Int64 = -1
  var fault = DISK_SOUND
  /// Whether the power is cut too, after the process has ended.
  var isPowerCut = false
  var seed: UInt64 = 0

  static var none: Mishap { Mishap() }

  var description: String {
    let names: [UInt32: String] = [
      DISK_SOUND.rawValue: "nothing", DISK_FAILS.rawValue: "it fails", DISK_SHORT.rawValue: "it is short",
      DISK_FULL.rawValue: "there is no space", DISK_LOSES_POWER.rawValue: "the power is cut",
      DISK_LOSES_WRITE.rawValue: "it is lost although it is said to be made",
    ]
    return
      "change \(index): \(names[fault.rawValue]!)\(isPowerCut ? ", then the power is cut" : ""), seed \(seed)"
  }
}

/// The changes that were made of a disk while something was done on it.
struct Changes {
  var operations: [disk_operation] = []
  /// Whether the mishap was met.
  var struck = false

  /// Every mishap that can be met at one of them, but lies of the disk.
  func mishaps(seed: UInt64) -> [Mishap] {
    zip(Int64(0)..., operations).flatMap { index, operation in
      Self.faults(of: operation).flatMap { fault, cuts in
        cuts.map { cut in
          Mishap(index: index, fault: fault, isPowerCut: cut, seed: seed &+ UInt64(index) &* 8)
        }
      }
    }
  }

  /// The faults of one kind of change, each as it is survived by the machine and, where it makes a difference, not.
  private static func faults(of operation: disk_operation) -> [(disk_fault, [Bool])] {
    switch operation {
    case DISK_WRITE:
      [
        (DISK_FAILS, [false, true]), (DISK_SHORT, [false, true]), (DISK_FULL, [false]),
        (DISK_LOSES_POWER, [true]),
      ]
    case DISK_SYNC: [(DISK_FAILS, [false, true]), (DISK_LOSES_POWER, [true])]
    case DISK_CREATE, DISK_GROW_SHARED_MEMORY: [(DISK_FAILS, [false]), (DISK_FULL, [false])]
    default: [(DISK_FAILS, [false]), (DISK_LOSES_POWER, [true])]
    }
  }
}

/// Does `body` on a disk that lies below `folder` and meets `mishap`; afterwards the disk is whole, and what is on it is
/// what survived.
func withDisk(
  below folder: ScratchFolder, _ mishap: Mishap, _ body: () async throws -> Void
) async rethrows -> Changes {
  disk_insert(folder.path, mishap.index, mishap.fault, mishap.seed)
  defer { disk_remove(mishap.isPowerCut) }
  try await body()
  return Changes(
    operations: (0..<disk_changes()).map { disk_change($0) }, struck: disk_struck())
}
