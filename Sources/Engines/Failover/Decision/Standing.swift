/// What counts as known of a cloud, or of a database, when it is decided whether to act.
enum Standing: Sendable, Equatable {
  case up
  /// Somebody says down, and too few, or not yet as a verdict.
  case suspect
  /// A fresh verdict, by quorum.
  case down
  /// Nothing may be concluded.
  case unknown
}
