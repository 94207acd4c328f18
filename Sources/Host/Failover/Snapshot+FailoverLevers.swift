import FailoverEngine
import Operations

extension Snapshot {
  /// What each lever of failover would cost now, or what holds it.
  mutating func addFailoverLevers(_ planner: FailoverPlanner) {
    guard clouds.count > 1 else { return }
    let primaryID = primary ?? failover?.roles.first { $0.role.value.standing == .primary }?.cloud
    for cloud in clouds.map(\.id) where cloud != primaryID {
      let isDown = primaryID.flatMap { self.cloud($0) }?.verdict.value.health == .down
      add(.failover, "fail over to \(cloud)", .failover(to: cloud), planner)
      if !isDown { add(.switchover, "switch over to \(cloud)", .switchover(to: cloud), planner) }
    }
    for cloud in clouds.map(\.id) where (recordSet.configured?.value[cloud] ?? 0) > 0 {
      add(.evacuate, "evacuate \(cloud)", .evacuate(cloud), planner)
    }
    guard let primaryID else { return }
    for cloud in clouds.map(\.id) where cloud != primaryID {
      if waitsOutside(cloud, beside: primaryID) {
        addAlways(.rejoin, "take \(cloud) in again", .rejoin(cloud, .rebuild), planner)
      }
      if wasBefore(cloud, primaryID) {
        addAlways(.failback, "fail back to \(cloud)", .failback(to: cloud), planner)
      }
    }
  }

  /// Whether a cloud's database had a role once, while no link feeds it; one that has rested since a failover feeds
  /// nothing either.
  private func waitsOutside(_ cloud: CloudID, beside primary: CloudID) -> Bool {
    guard let role = failover?.role(of: cloud)?.value, role.standing != .unclaimed else { return false }
    return replication.contains { link in
      guard link.mode != .streamBoth else { return false }
      if link.source == cloud, link.target == primary { return true }
      return link.source == primary && link.target == cloud && link.state == .paused && wasFailedOver(to: primary)
    }
  }

  private func wasFailedOver(to primary: CloudID) -> Bool {
    operations.contains { $0.state == .done && $0.request == .failover(.failover(to: primary)) }
  }

  /// Whether the last move of the right to write came from there, as far as its operation is known still.
  private func wasBefore(_ cloud: CloudID, _ primary: CloudID) -> Bool {
    for operation in operations where operation.state == .done || operation.state == .superseded {
      switch operation.request {
      case .failover(.failover(let target)), .failover(.switchover(let target)), .failover(.failback(let target)):
        // Of more than two clouds the title alone would tell which it left; any of them may be meant.
        return target == primary && cloud != target
      default: continue
      }
    }
    return false
  }

  /// A lever that is shown as held where no plan can be made of it, with the reason.
  private mutating func addAlways(
    _ kind: LeverSnapshot.Kind, _ title: String, _ request: FailoverRequest, _ planner: FailoverPlanner
  ) {
    do {
      let plan = try planner.plan(request, id: PlanID("none"), in: self, now: generatedAt)
      guard !plan.steps.isEmpty else { return }
      levers.append(Self.lever(kind, title, plan))
    } catch {
      levers.append(LeverSnapshot(kind: kind, title: title, cost: nil, holds: [.noPlan(error)]))
    }
  }

  /// A lever of which no plan can be made is left out: what it is for does not stand.
  private mutating func add(
    _ kind: LeverSnapshot.Kind, _ title: String, _ request: FailoverRequest, _ planner: FailoverPlanner
  ) {
    guard let plan = try? planner.plan(request, id: PlanID("none"), in: self, now: generatedAt), !plan.steps.isEmpty
    else { return }
    levers.append(Self.lever(kind, title, plan))
  }

  private static func lever(_ kind: LeverSnapshot.Kind, _ title: String, _ plan: Plan) -> LeverSnapshot {
    let seconds = "\(Int(plan.prediction.seconds.rounded(.up))) s"
    let loss: String =
      if kind == .rejoin {
        "what only it has is exported, then discarded"
      } else if plan.prediction.lossIsUnknown {
        "loss not known"
      } else if plan.prediction.losesNothing {
        "nothing lost"
      } else {
        "at most \(tenths(plan.prediction.lossSeconds ?? 0)) s of writes lost"
      }
    return LeverSnapshot(
      kind: kind, title: title, cost: plan.blocking.isEmpty ? "\(seconds) · \(loss)" : nil, holds: plan.blocking)
  }

  private static func tenths(_ seconds: Double) -> String {
    let tenths = Int((seconds * 10).rounded(.up))
    return "\(tenths / 10).\(tenths % 10)"
  }
}
