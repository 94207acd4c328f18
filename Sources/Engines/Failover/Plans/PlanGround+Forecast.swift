import Operations

extension PlanGround {
  /// What is seen once the steps are done and clients have followed.
  func prediction(after steps: [Plan.Step]) -> Prediction {
    let weights = Self.weights(after: steps) ?? snapshot.recordSet.configured?.value
    return Prediction(
      seconds: steps.reduce(0) { $0 + $1.predictedSeconds },
      shares: weights.map { weights in
        weights.clouds.map { CloudShare(cloud: $0, share: weights.share(of: $0)) }
      } ?? [],
      utilisation: weights.map(utilisation) ?? [])
  }

  static func weights(after steps: [Plan.Step]) -> Weights? {
    for case .writeWeights(_, let weights, _) in steps.reversed().map(\.action) { return weights }
    return nil
  }

  /// Load over capacity by cloud; nil where it is not known.
  private func utilisation(_ weights: Weights) -> [CloudUtilisation] {
    weights.clouds.map { cloud in
      let share = weights.share(of: cloud)
      guard let load, let capacity = snapshot.cloud(cloud)?.capacity(at: now) else {
        return CloudUtilisation(cloud: cloud, ratio: nil)
      }
      let ratio = capacity > 0 ? load * share / capacity : share > 0 ? .infinity : 0
      return CloudUtilisation(cloud: cloud, ratio: min(ratio, 99))
    }
  }

  /// Requests per second over all clouds. Users of a cloud that is down come back where they are sent: what it last
  /// served counts as long as it is remembered.
  private var load: Double? {
    var sum = 0.0
    for cloud in snapshot.clouds {
      if let rate = cloud.requestsPerSecond?.fresh(at: now) {
        sum += rate
      } else if isDown(cloud.id) {
        sum += cloud.history.requestsPerSecond.compactMap(\.self).last ?? cloud.requestsPerSecond?.value ?? 0
      } else {
        return nil
      }
    }
    return sum
  }
}
