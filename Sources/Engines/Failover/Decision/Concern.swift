import Operations

/// What is wrong, and where.
struct Concern: Sendable, Equatable {
  enum Part: String, Sendable {
    case cloud
    /// Its front door answers and its database does not.
    case database
  }

  struct Place: Sendable, Hashable {
    var cloud: CloudID
    var part: Part
  }

  var place: Place
  /// `suspect` or `down`.
  var standing: Standing
  /// Down for as long as the policy asks.
  var isConfirmed: Bool
  /// Whether writes must move, and not traffic alone.
  var movesWrites: Bool

  /// `aws`, `aws's database`.
  var name: String { place.part == .cloud ? place.cloud.rawValue : "\(place.cloud)'s database" }
}
