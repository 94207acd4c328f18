import Operations

/// How staging moves weights before anything is written.
///
/// The rule: where the record set has two clouds, one weight's gain is the other's loss, so that the sum stays and the
/// knobs move as one lever; a step is cut short where either weight would leave 0…255. With any other number of
/// clouds, or while the sum is 0, only the chosen cloud's weight moves.
enum StagedWeights {
  static let range = 0...255

  /// `weights` with `cloud` moved by `step`, as far as the range allows.
  static func moving(_ cloud: CloudID, by step: Int, in weights: Weights) -> Weights {
    guard let weight = weights[cloud] else { return weights }
    var moved = weights
    guard weights.entries.count == 2, weights.sum > 0, let other = weights.clouds.first(where: { $0 != cloud }),
      let otherWeight = weights[other]
    else {
      moved[cloud] = clamped(weight + step)
      return moved
    }
    let gain = clamped(weight + step) - weight
    let loss = otherWeight - clamped(otherWeight - gain)
    moved[cloud] = weight + loss
    moved[other] = otherWeight - loss
    return moved
  }

  private static func clamped(_ weight: Int) -> Int { min(max(weight, range.lowerBound), range.upperBound) }
}
