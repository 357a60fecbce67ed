import Reconciliation

extension Trouble {
  /// One of all troubles that these environments can have.
  static func drawn(_ drafts: [Draft], _ dice: inout Dice) -> Trouble {
    let draft = dice.one(of: drafts)
    let any = dice.one(of: draft.ids)
    func one(_ controller: String) -> ResourceID {
      let ids = draft.ids.filter { $0.controller == controller }
      return ids[min(ids.count - 1, Int(Fingerprint.of("\(any)") % UInt64(ids.count)))]
    }
    switch dice.below(100) {
    case 0..<12: return files(draft.name, &dice)
    case 12..<34: return ask(any, &dice)
    case 34..<42: return time(&dice)
    case 42..<52: return daemon(&dice)
    case 52..<60:
      // Half a day: long enough for hours to change and for logs to come of age while nothing is seen.
      let time = dice.percent(40) ? dice.seconds(14_400...57_600) : dice.seconds(60...7_200)
      return .looks(dice.one(of: Fog.allCases), any, time)
    case 60..<74: return .acts(dice.one(of: Fault.allCases), any, dice.seconds(60...14_400))
    case 74..<79: return .death(one("instances"))
    case 79..<81: return .crashLoop(one("instances"), dice.seconds(30...3_600))
    case 81..<84: return .stranger(one("instances"))
    case 84..<87: return .logBurst(one("logs"), megabytes: dice.number(200...1_500))
    case 87..<89: return .logHeld(one("logs"), dice.seconds(3_600...400_000))
    case 89..<91: return .noDumps(one("backups"), dice.seconds(86_400...400_000))
    case 91..<93: return .badDump(one("backups"))
    case 93..<97:
      return .envFile(one("secrets"), dice.one(of: EnvFileTrouble.allCases), dice.seconds(600...86_400))
    case 97..<98: return .oldStore(one("secrets"))
    default: return .otherEnd(one("secrets"))
    }
  }

  private static func files(_ name: String, _ dice: inout Dice) -> Trouble {
    switch dice.below(10) {
    case 0..<5: .edit(name)
    case 5: .breakFile(name)
    case 6: .contradict(name)
    case 7: .removeFile(name)
    default: .restoreFile(name)
    }
  }

  private static func ask(_ id: ResourceID, _ dice: inout Dice) -> Trouble {
    let wish = dice.one(of: Wish.allCases)
    let person: Person =
      switch wish {
      case _ where dice.percent(15): dice.one(of: Person.allCases)
      case .approve, .approveOther: dice.one(of: [.rita, .ruth])
      case .reveal: .quentin
      default: dice.one(of: [.anna, .quentin])
      }
    return .ask(wish, of: id, wide: dice.percent(30), by: person)
  }

  private static func time(_ dice: inout Dice) -> Trouble {
    switch dice.below(8) {
    case 0: .stepClock(.milliseconds(-dice.number(100...900)))
    case 1: .stepClock(.zero - dice.seconds(2...7_200))
    case 2: .stepClock(dice.seconds(1...7_200))
    case 3: .stepClock(.seconds(dice.one(of: [-86_400, 86_400, -3_600, 3_600])))
    case 4, 5: .drift(perMillion: dice.number(-200...200))
    default: .suspendMachine(dice.seconds(600...40_000))
    }
  }

  private static func daemon(_ dice: inout Dice) -> Trouble {
    switch dice.below(10) {
    case 0: .reboot(down: dice.seconds(30...3_600))
    case 1, 2: .fillDisk(dice.seconds(10...7_200))
    default:
      .kill(after: dice.below(12), down: dice.percent(80) ? dice.seconds(1...20) : dice.seconds(60...90_000))
    }
  }
}
