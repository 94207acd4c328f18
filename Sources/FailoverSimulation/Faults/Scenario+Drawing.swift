import FailoverEngine
import Operations

extension Scenario {
  mutating func drawFaults(_ chance: inout Chance.Stream) {
    let count = 2 + chance.below(7)
    for _ in 0..<count {
      let at = chance.between(.seconds(8), quietAfter)
      let length = chance.pick([
        chance.between(.seconds(1), .seconds(5)), chance.between(.seconds(4), .seconds(20)),
        chance.between(.seconds(15), .seconds(60)),
      ])
      faults.append((at, draw(&chance), length))
    }
    if chance.hits(0.3) { drawMove(&chance) }
    faults.sort { $0.at < $1.at }
  }

  private func draw(_ chance: inout Chance.Stream) -> Fault {
    let cloud = chance.hits(0.7) ? 0 : 1
    let controller = chance.below(controllers)
    switch chance.below(42) {
    case 37: return .probesHang(cloud)
    case 38: return .dark
    case 39, 40, 41: return .crashBeforeOutcome(controller, after: chance.below(6))
    case 0, 1, 2: return .cloudDown(cloud)
    case 33, 34: return .databaseFreezesInRenewal(cloud)
    case 35, 36: return .networkCut(chance.pick(vantageNetworks), cloud: cloud)
    case 3: return .frontDown(cloud)
    case 4: return .databaseDown(cloud)
    case 5, 6: return .databaseFrozen(cloud)
    case 7: return .databaseLeaks(cloud)
    case 8: return .databaseHalts(cloud)
    case 9: return .clockSteps(cloud, chance.between(.milliseconds(-250), .milliseconds(250)))
    case 10, 11: return .cut(.controller(controller), place(&chance))
    case 12: return .oneWay(place(&chance), .controller(controller))
    case 13: return .blind(controller)
    case 14, 15: return .isolated(cloud)
    case 16: return .flapping(cloud)
    case 17: return .slow(0.5, .seconds(4))
    case 18: return .lossy(0.3)
    case 19: return .duplicates(0.3)
    case 20: return .vantageDown(chance.below(vantageNetworks.count))
    case 21:
      return .vantageLies(
        chance.below(vantageNetworks.count), cloud: chance.below(2), chance.pick([.healthy, .down, .down]))
    case 22:
      return .dns(chance.pick([.throttles, .losesAnswers, .halfApplies, .ignoresWrites]))
    case 23: return chance.hits(0.3) ? .dnsSilent : .rival(chance.pick([0, 30, 100]))
    case 24: return .leaseSiteDown
    case 25: return .leaseTaken
    case 26: return .diskFull(controller)
    case 27: return .stopped(controller)
    case 28: return .stoppedBeforeSending(controller)
    case 29: return .crash(controller)
    case 30, 31:
      return .crashWriting(
        controller, chance.pick([.before, .after, .torn]), after: chance.below(12))
    default: return chance.hits(0.7) ? .linkStalls : .slotLost
    }
  }

  /// A person's move, and something that goes wrong just then.
  private mutating func drawMove(_ chance: inout Chance.Stream) {
    let at = chance.between(.seconds(12), quietAfter)
    let all = ["divergence", "too-soon", "capacity", "target-not-healthy"].map { InterlockName($0) }
    people.append(
      (
        at,
        .ask(
          chance.pick([
            .switchover(to: World.clouds[1]), .switchover(to: World.clouds[1]), .switchover(to: World.clouds[1]),
            .evacuate(World.clouds[0]),
            .shift(Weights([(World.clouds[0], chance.below(101)), (World.clouds[1], 40)]), stages: 3),
          ]), overriding: all)
      ))
    let fault: Fault = chance.pick([
      .crashWriting(0, chance.pick([.before, .after, .torn]), after: chance.below(14)),
      // The fourth outcome is the turning of a link, which is turned back where it is done twice.
      .crashBeforeOutcome(chance.below(controllers), after: chance.pick([0, 1, 2, 3, 3, 3, 4])),
      .crashBeforeOutcome(0, after: 3), .databaseLeaks(0), .dns(.losesAnswers), .duplicates(0.5),
      .slow(0.5, .seconds(4)), .databaseHalts(0), .databaseHalts(1),
    ])
    faults.append((at - chance.between(.zero, .seconds(1)), fault, .seconds(20)))
  }

  /// A host that ends in good order while another stands by, and a primary that nobody sees just then.
  mutating func drawEnd(_ chance: inout Chance.Stream) {
    let at = chance.between(.seconds(12), quietAfter)
    faults.append((at, .ends(chance.hits(0.8) ? 0 : chance.below(controllers)), .zero))
    if chance.hits(0.7) {
      faults.append((at + chance.between(.milliseconds(-200), .milliseconds(800)), .isolated(0), .seconds(40)))
    }
    faults.sort { $0.at < $1.at }
  }

  private func place(_ chance: inout Chance.Stream) -> Place {
    chance.pick([.database(0), .database(1), .dns, .leaseSite, .vantage(1), .front(0)])
  }

  mutating func drawPeople(_ chance: inout Chance.Stream) {
    let count = chance.below(6)
    for _ in 0..<count {
      people.append((chance.between(.seconds(5), quietAfter + .seconds(10)), word(&chance)))
    }
    if policy.automation == .advise {
      for second in stride(from: 20, to: 150, by: 15) { people.append((.seconds(second), .confirm)) }
    }
    people.sort { $0.at < $1.at }
  }

  private func word(_ chance: inout Chance.Stream) -> PersonsWord {
    let cloud = World.clouds[chance.below(2)]
    switch chance.below(14) {
    case 0, 1, 2: return .ask(.switchover(to: cloud), overriding: unlessStrict(&chance, ["divergence", "too-soon"]))
    case 3: return .ask(.evacuate(cloud), overriding: unlessStrict(&chance, ["capacity", "target-not-healthy"]))
    case 4:
      let weight = chance.below(101)
      return .ask(
        .shift(Weights([(World.clouds[0], weight), (World.clouds[1], 100 - weight)]), stages: 1 + chance.below(3)),
        overriding: [])
    case 5:
      return .ask(
        .failover(to: cloud),
        overriding: unlessStrict(&chance, ["loss-not-measured", "loss-above-rpo", "target-not-healthy", "too-soon"]))
    case 6: return .ask(.failback(to: cloud), overriding: unlessStrict(&chance, ["divergence", "too-soon"]))
    case 7: return .ask(.rejoin(cloud, chance.pick([.rebuild, .merge])), overriding: [])
    case 8: return .tell(.pause)
    case 9: return .tell(.resume)
    case 10: return .tell(.acknowledge)
    case 11: return .tell(.stopCountdown)
    case 12: return .verifyRows
    default: return .control(chance.pick([.pause, .resume, .abort]))
    }
  }

  private func unlessStrict(_ chance: inout Chance.Stream, _ names: [String]) -> [InterlockName] {
    chance.hits(0.5) ? names.map { InterlockName($0) } : []
  }
}
