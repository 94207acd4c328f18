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
  }

  /// A lever of which no plan can be made is left out: what it is for does not stand.
  private mutating func add(
    _ kind: LeverSnapshot.Kind, _ title: String, _ request: FailoverRequest, _ planner: FailoverPlanner
  ) {
    guard let plan = try? planner.plan(request, id: PlanID("none"), in: self, now: generatedAt), !plan.steps.isEmpty
    else { return }
    let seconds = "\(Int(plan.prediction.seconds.rounded(.up))) s"
    let loss: String =
      if plan.prediction.lossIsUnknown {
        "loss not known"
      } else if plan.prediction.losesNothing {
        "nothing lost"
      } else {
        "at most \(Self.tenths(plan.prediction.lossSeconds ?? 0)) s of writes lost"
      }
    levers.append(
      LeverSnapshot(
        kind: kind, title: title, cost: plan.blocking.isEmpty ? "\(seconds) · \(loss)" : nil, holds: plan.blocking))
  }

  private static func tenths(_ seconds: Double) -> String {
    let tenths = Int((seconds * 10).rounded(.up))
    return "\(tenths / 10).\(tenths % 10)"
  }
}
