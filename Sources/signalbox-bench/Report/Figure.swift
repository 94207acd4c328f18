/// One line of a report.
struct Figure: Codable, Equatable {
  var name: String
  var unit: String
  var ours: Sample?
  var peer: Sample?
  /// Ours by the peer's, of each round.
  var ratio: Sample?
  var aim: String?
  /// Nil when there is no aim, or nothing to hold against it.
  var met: Bool?

  /// - Parameter peer: one value for each of `ours`, measured in the same round; empty where it has no such figure.
  init(_ name: String, _ unit: String, ours: [Double], peer: [Double] = [], aim: Aim? = nil) {
    self.name = name
    self.unit = unit
    self.ours = Sample(ours)
    self.peer = Sample(peer)
    ratio = Sample(zip(ours, peer).compactMap { $1 > 0 ? $0 / $1 : nil })
    self.aim = aim?.text(unit: unit)
    met = aim?.isMet(ours: self.ours, ratio: ratio)
  }
}
