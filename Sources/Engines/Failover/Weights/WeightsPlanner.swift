public import Operations

/// Makes the plan that moves DNS weights. Pure.
public struct WeightsPlanner: Sendable {
  public var settings: WeightsSettings

  public init(settings: WeightsSettings) { self.settings = settings }

  /// The plan that brings the record set to `weights`, judged by every interlock.
  ///
  /// - Throws: ``HostError/invalidRequest(_:)`` when the weights name other clouds than the record set, lie outside
  ///   0 to 255; ``HostError/noPlan(_:)`` when it is not known what stands now.
  public func plan(
    _ weights: Weights, request: LeverRequest, id: PlanID, in snapshot: Snapshot, now: Timestamp
  ) throws -> Plan {
    guard let standing = snapshot.recordSet.configured?.value else {
      throw HostError.noPlan(
        "the weights that stand now are not known: \(snapshot.recordSet.provider) has not answered yet",
        remedy: "let its API answer; signalbox doctor says what it meets with on the way there")
    }
    let wanted = try weights.ordered(as: standing)
    let steps = steps(from: standing, to: wanted, in: snapshot)
    var plan = Plan(
      id: id, kind: .weights, title: title(from: standing, to: wanted), madeAt: now, request: request,
      generation: snapshot.generation, steps: wanted == standing ? [] : steps,
      prediction: prediction(wanted, taking: steps.reduce(0) { $0 + $1.predictedSeconds }, in: snapshot, now: now),
      interlocks: [])
    plan.interlocks = settings.interlocks.map { $0.verdict(on: plan, in: snapshot) }
    return plan
  }

  private func title(from standing: Weights, to wanted: Weights) -> String {
    let changes = wanted.entries.filter { standing[$0.cloud] != $0.weight }
      .map { "\($0.cloud) \(standing[$0.cloud] ?? 0) → \($0.weight)" }
    return "Weights: " + (changes.isEmpty ? "nothing to change" : changes.joined(separator: ", "))
  }

  private func steps(from standing: Weights, to wanted: Weights, in snapshot: Snapshot) -> [Plan.Step] {
    let ttl = snapshot.recordSet.ttl
    return [
      Plan.Step(
        title: "write weights",
        action: .writeWeights(from: standing, to: wanted, generation: snapshot.generation.next),
        predictedEffect: "\(snapshot.recordSet.provider) holds \(wanted.ratio), if \(standing.ratio) still stands",
        predictedSeconds: seconds(of: 0, in: snapshot) ?? settings.writeAllowance.inSeconds),
      Plan.Step(
        title: "verify answers", action: .verifyAnswers(weights: wanted),
        predictedEffect: "authoritative servers answer \(shares(wanted))",
        predictedSeconds: seconds(of: 1, in: snapshot) ?? settings.verifyAllowance.inSeconds),
      Plan.Step(
        title: "watch traffic", action: .observeShares(weights: wanted),
        predictedEffect: "clients that honour the TTL follow within \(ttl.components.seconds) s",
        predictedSeconds: ttl.inSeconds),
    ]
  }

  /// What a step took when it was last done, the slowest of the operations that are remembered; nil when none is.
  private func seconds(of step: Int, in snapshot: Snapshot) -> Double? {
    snapshot.operations.filter { $0.kind == .weights && $0.steps.indices.contains(step) }
      .compactMap { operation in
        let done = operation.steps[step]
        guard done.state == .done, let startedAt = done.startedAt, let endedAt = done.endedAt else { return nil }
        return max(0, (endedAt - startedAt).inSeconds)
      }.max()
  }

  private func shares(_ weights: Weights) -> String {
    weights.clouds.map { "\($0) \(Int((weights.share(of: $0) * 100).rounded())) %" }.joined(separator: ", ")
  }

  private func prediction(
    _ wanted: Weights, taking seconds: Double, in snapshot: Snapshot, now: Timestamp
  ) -> Prediction {
    let load = TrafficLoad.requestsPerSecond(in: snapshot, now: now)
    return Prediction(
      seconds: seconds,
      shares: wanted.clouds.map { CloudShare(cloud: $0, share: wanted.share(of: $0)) },
      utilisation: wanted.clouds.map { cloud in
        let capacity = snapshot.cloud(cloud)?.capacity(at: now)
        let ratio = load.flatMap { load in
          capacity.flatMap {
            $0 > 0 ? load * wanted.share(of: cloud) / $0 : wanted.share(of: cloud) > 0 ? .infinity : 0
          }
        }
        return CloudUtilisation(cloud: cloud, ratio: ratio.map { min($0, 99) })
      })
  }
}
