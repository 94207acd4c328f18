import Lab
import Operations

extension DrillPlan {
  /// - Parameters:
  ///   - run: from 1. Runs of `console-crash` kill the host at one step after the other.
  ///   - isLab: outside a lab the lever is pulled, and nothing is put back: that is the operators' own decision.
  public static func make(
    _ name: DrillName, clouds: DrillClouds, settings: DrillSettings, run: Int = 1, isLab: Bool = true
  ) -> DrillPlan {
    let primary = clouds.primary
    var plan = DrillPlan(
      name: name, subject: primary, survivor: clouds.secondary, primary: primary, sign: sign(name, primary),
      acts: [.warmUp(seconds: settings.warmUpSeconds), .baseline(seconds: settings.baselineSeconds)],
      aims: DrillAim.of(name), settings: settings)
    plan.acts += plan.middle(run: run)
    plan.acts.append(.observe(untilSeconds: settings.observeSeconds))
    if isLab { plan.acts += plan.end() }
    return plan
  }

  private static func sign(_ name: DrillName, _ subject: CloudID) -> DetectionSign {
    switch name {
    case .cloudLoss, .databaseLoss, .databaseFreeze: .down(subject)
    case .flap: .unwell(subject)
    case .instanceLoss: .fewerTargets(subject)
    case .nameAPIDown: .weightsUnread
    case .partition: .none("both clouds can be reached, so there is no failure to detect")
    case .switchover, .consoleCrash: .none("an operator begins it, so there is no failure to detect")
    }
  }

  /// What makes it this drill.
  private func middle(run: Int) -> [DrillAct] {
    let cloud = subject.rawValue
    let failover = DrillAct.awaitAction(.failover(to: survivor), seconds: settings.observeSeconds)
    return switch name {
    case .cloudLoss: [.inject(Fault(name: .killCloud, cloud: cloud)), failover]
    case .databaseLoss: [.inject(Fault(name: .killDatabase, cloud: cloud)), failover]
    case .databaseFreeze: [.inject(Fault(name: .freezeDatabase, cloud: cloud)), failover]
    case .switchover: [.ask(.switchover(to: survivor))]
    case .nameAPIDown: [.inject(Fault(name: .nameAPIDown, cloud: nil))]
    case .partition: [.inject(Fault(name: .cutDatabaseLink, cloud: nil))]
    case .flap: [.inject(Fault(name: .flap, cloud: cloud))]
    case .instanceLoss: [.inject(Fault(name: .killInstance, cloud: cloud))]
    case .consoleCrash:
      [.ask(.switchover(to: survivor)), .crashHost(atStep: max(0, run - 1), seconds: settings.patienceSeconds)]
    }
  }

  /// The rows are counted before anything is healed: what comes back with an old primary was lost until then.
  private func end() -> [DrillAct] {
    let heals = acts.contains { if case .inject = $0 { true } else { false } }
    return [.countRows(inTheEnd: false)] + (heals ? [.heal] : []) + [
      .restore(primary: primary, settings.rejoin, seconds: settings.patienceSeconds),
      .settle(seconds: settings.settleSeconds), .dismissUsers, .compareSides(seconds: settings.patienceSeconds),
      .countRows(inTheEnd: true), .removeRows,
    ]
  }
}
