import Operations
import Simulation

extension World {
  /// Lets a fault begin, and end in its time.
  func begin(_ fault: Fault, lasting: Duration) {
    tell("fault for \(lasting.inSeconds.rounded()) s: \(fault)")
    apply(fault, 1, lasting)
    guard !fault.isInstant else { return }
    after(lasting, .heal) { [self] in
      tell("over: \(fault)")
      apply(fault, -1, lasting)
    }
  }

  private func apply(_ fault: Fault, _ step: Int, _ lasting: Duration) {
    switch fault {
    case .cloudDown(let cloud): stopPlaces(of: cloud, by: step)
    case .frontDown(let cloud): network.stop(.front(cloud), by: step)
    case .databaseDown(let cloud): network.stop(.database(cloud), by: step)
    case .databaseFrozen(let cloud):
      if step > 0 { network.freeze(.database(cloud), by: 1) } else { thaw(.database(cloud)) }
    case .databaseFreezesInRenewal(let cloud): if step > 0 { databases[cloud].freezesInRenewal = lasting }
    case .databaseLeaks(let cloud):
      // Rights that somebody gives by hand later are another matter.
      let isPrimary = annals.primary == World.clouds[cloud] && databases[cloud].isWritable
      databases[cloud].role.inject(step > 0 && isPrimary ? .leaks : nil)
    case .databaseHalts(let cloud):
      var chances = SimulatedRoleDatabase.Chances()
      if step > 0 { (chances.unreachable, chances.lostAnswer) = (0.15, 0.25) }
      databases[cloud].role.misbehave(chances)
    case .clockSteps(let cloud, let change): databases[cloud].step(by: change)
    case .cut(let one, let other):
      network.cut(one, other, by: step)
      network.cut(other, one, by: step)
    case .oneWay(let one, let other): network.cut(one, other, by: step)
    case .blind(let controller): blind(controller, step)
    case .isolated(let cloud):
      for controller in controllers.indices {
        for place in [Place.database(cloud), .front(cloud)] { cutBoth(.controller(controller), place, step) }
      }
      for vantage in vantages.dropFirst() { cutBoth(.vantage(vantage.index), .front(cloud), step) }
    case .networkCut(let network, let cloud):
      for vantage in vantages where vantage.network == network && vantage.index > 0 {
        cutBoth(.vantage(vantage.index), .front(cloud), step)
      }
    case .probesHang(let cloud): hangingProbes[cloud] += step
    case .dark:
      for front in World.clouds.indices.map(Place.front) {
        for controller in controllers.indices { cutBoth(.controller(controller), front, step) }
        for vantage in vantages.dropFirst() { cutBoth(.vantage(vantage.index), front, step) }
      }
    case .flapping(let cloud): if step > 0 { flap(cloud, until: now + lasting) }
    case .slow(let share, let time): (network.slow, network.slowness) = step > 0 ? (share, time) : (0, .zero)
    case .lossy(let share): network.loss = step > 0 ? share : 0
    case .duplicates(let share): network.duplicates = step > 0 ? share : 0
    case .vantageDown(let vantage): if vantage > 0 { network.stop(.vantage(vantage), by: step) }
    case .vantageLies(let vantage, let cloud, let health): vantages[vantage].lies[cloud] = step > 0 ? health : nil
    case .dns(let fault):
      if step > 0 { names.faults.append(fault) } else { names.heal(fault) }
    case .dnsSilent: names.isSilent += step
    case .rival(let weight): rivalWrites(weight)
    case .leaseSiteDown: network.stop(.leaseSite, by: step)
    case .leaseTaken: leaseSite.takeAway()
    case .diskFull(let controller): controllers[controller].disk.isFull += step
    case .stopped(let controller): stop(controller, step)
    case .stoppedBeforeSending(let controller): stopBeforeSending(controller, lasting)
    case .ends(let controller): controllers[controller].endInGoodOrder()
    case .crash(let controller): controllers[controller].kill("killed")
    case .crashWriting(let controller, let death, let count):
      controllers[controller].disk.killWriting(death, after: count)
    case .crashBeforeOutcome(let controller, let count):
      controllers[controller].disk.killWriting(.before, after: count, isOutcome: true)
    case .linkStalls: link.stalls += step
    case .slotLost: link.isSlotLost = true
    }
  }

  private func cutBoth(_ one: Place, _ other: Place, _ step: Int) {
    network.cut(one, other, by: step)
    network.cut(other, one, by: step)
  }

  private func blind(_ controller: Int, _ step: Int) {
    let place = Place.controller(controller)
    for cloud in World.clouds.indices {
      cutBoth(place, .front(cloud), step)
      cutBoth(place, .database(cloud), step)
    }
    for vantage in vantages.dropFirst() { cutBoth(place, .vantage(vantage.index), step) }
  }

  private func flap(_ cloud: Int, until end: Timestamp) {
    guard now < end else { return }
    network.stop(.front(cloud), by: 1)
    after(chance.network.between(.seconds(3), .seconds(7)), .heal) { [self] in
      network.stop(.front(cloud), by: -1)
      after(chance.network.between(.seconds(2), .seconds(6)), .fault) { [self] in flap(cloud, until: end) }
    }
  }

  private func rivalWrites(_ weight: Int) {
    let before = names.standing
    names.records.overwrite(Weights([(World.clouds[0], weight), (World.clouds[1], 100 - weight)]))
    weighed(before, under: nil, by: nil)
  }

  private func stop(_ controller: Int, _ step: Int) {
    guard let process = controllers[controller].life?.process else { return }
    if step > 0 { process.pause() } else { process.resume() }
  }

  private func stopBeforeSending(_ controller: Int, _ lasting: Duration) {
    guard let process = controllers[controller].life?.process else { return }
    process.onNextSend = { [self] in
      tell("\(controllers[controller].name) is stopped right before it sends")
      process.pause()
      after(lasting, .heal) { process.resume() }
    }
  }
}

extension Fault {
  /// Whether nothing is left of it to end.
  fileprivate var isInstant: Bool {
    switch self {
    case .clockSteps, .rival, .leaseTaken, .databaseFreezesInRenewal, .stoppedBeforeSending, .crash, .ends,
      .crashWriting, .crashBeforeOutcome, .slotLost:
      true
    default: false
    }
  }
}
