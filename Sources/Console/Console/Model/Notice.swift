public import Operations

/// A line that says what came of a key, for a few seconds, in the key bar's place.
public struct Notice: Sendable, Equatable {
  public enum Kind: Sendable, Equatable { case done, refused }

  public var kind: Kind
  public var text: String
  /// Nil: until the next key.
  public var shownUntil: Timestamp?
}
