/// What came of one benchmark.
struct Section: Codable {
  var name: String
  /// What was done, how long, and how often.
  var method: String
  /// The peer and its version; nil without one.
  var peer: String?
  var figures: [Figure]
  /// What a reader must know to judge the figures.
  var notes: [String] = []
}
