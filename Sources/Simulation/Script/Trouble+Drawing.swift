import Reconciliation

extension Trouble {
  /// One of all troubles that these environments can have.
  static func drawn(_ drafts: [Draft], _ dice: inout Dice) -> Trouble {
    let draft = dice.one(of: drafts)
    let any = dice.one(of: draft.ids)
    switch dice.below(100) {
    case 0..<13: return files(draft.name, &dice)
    case 13..<34: return ask(any, &dice)
    case 34..<42: return time(&dice)
    case 42..<52: return daemon(&dice)
    case 52..<60:
      // Half a day: long enough for hours to change and for logs to come of age while nothing is seen.
      let time = dice.percent(40) ? dice.seconds(14_400...57_600) : dice.seconds(60...7_200)
      return .looks(dice.one(of: Fog.allCases), any, time)
    case 60..<74: return .acts(dice.one(of: Fault.allCases), any, dice.seconds(60...14_400))
    default: return misfortune(draft, &dice)
    }
  }

  /// Each section as often as the others: those with many misfortunes are not those with few promises.
  private static func misfortune(_ draft: Draft, _ dice: inout Dice) -> Trouble {
    let (section, misfortunes) = dice.one(of: Misfortune.all)
    let ids = draft.ids.filter { $0.controller == section }
    guard !ids.isEmpty else { return .edit(draft.name) }
    var left = dice.below(misfortunes.reduce(0) { $0 + $1.weight })
    let one = misfortunes.first { misfortune in
      left -= misfortune.weight
      return left < 0
    }
    return .befalls(dice.one(of: ids), one ?? misfortunes[0])
  }

  private static func files(_ name: String, _ dice: inout Dice) -> Trouble {
    switch dice.below(12) {
    case 0..<5: .edit(name)
    case 5: .breakFile(name, dice.one(of: Breakage.allCases))
    case 6: .contradict(name)
    case 7: .removeFile(name)
    case 8, 9:
      .halfWrite(name, .milliseconds(dice.percent(70) ? dice.number(1...500) : dice.number(500...90_000)))
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
    case 1, 2: .fillDisk(dice.seconds(10...7_200), dies: dice.percent(30))
    default:
      .kill(
        after: dice.below(12), down: dice.percent(80) ? dice.seconds(1...20) : dice.seconds(60...90_000),
        again: dice.percent(30) ? dice.number(1...3) : 0)
    }
  }
}
