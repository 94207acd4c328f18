import Operations

/// `weights aws=70 azure=30`: clouds that are not named keep their weight.
enum WeightsCommand {
  struct Problem: Error, Equatable {
    var message: String
  }

  static func parse(_ text: String, standing: Weights) -> Result<Weights, Problem> {
    let words = text.split(separator: " ").dropFirst()
    let names = standing.clouds.map(\.rawValue)
    let example = names.map { "\($0)=N" }.joined(separator: " ")
    guard !words.isEmpty else { return .failure(Problem(message: "type the weights: weights \(example)")) }
    var weights = standing
    for word in words {
      let parts = word.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2 else {
        return .failure(Problem(message: "'\(word)' is not CLOUD=WEIGHT; write \(example)"))
      }
      guard names.contains(parts[0]) else {
        let hint = NearestMatch.hint(for: parts[0], among: names)
        return .failure(Problem(message: "there is no cloud '\(parts[0])'\(hint)"))
      }
      guard let weight = Int(parts[1]), StagedWeights.range.contains(weight) else {
        return .failure(Problem(message: "'\(parts[1])' is no weight; a weight is a whole number from 0 to 255"))
      }
      weights[CloudID(parts[0])] = weight
    }
    guard weights != standing else { return .failure(Problem(message: "\(standing.ratio) stands already")) }
    return .success(weights)
  }
}
