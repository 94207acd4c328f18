import Operations

extension Weights {
  /// All of one cloud's weight given to others, in proportion to what they have; nil where nobody is left to take it.
  ///
  /// The sum stays what it was, so far as 255, the most that a weight can be, allows.
  func moved(from cloud: CloudID, to others: [CloudID]) -> Weights? {
    let others = others.filter { $0 != cloud && self[$0] != nil }
    guard let weight = self[cloud], !others.isEmpty else { return nil }
    let sum = others.reduce(0) { $0 + (self[$1] ?? 0) }
    var moved = self
    moved[cloud] = 0
    var rest = weight
    for (index, other) in others.enumerated() {
      let standing = self[other] ?? 0
      let fair = sum > 0 ? weight * standing / sum : weight / others.count
      let part = index == others.count - 1 ? rest : fair
      rest -= part
      moved[other] = min(255, standing + part)
    }
    return moved.sum > 0 ? moved : nil
  }
}
