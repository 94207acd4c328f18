public import Operations

/// What holds a lever, in full. Pulling it all the same only asks for its plan, which judges it anew.
public struct HeldDialog: Sendable, Equatable {
  /// The lever's title, by which it is found again in newer snapshots.
  public var lever: String
  public var scroll = 0
  /// Keys are ignored for a moment from here.
  public var guardedSince: Timestamp
}
