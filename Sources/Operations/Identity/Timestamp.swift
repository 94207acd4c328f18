/// An instant of the wall clock in UTC, to the microsecond.
///
/// It exists so that the nouns need no Foundation: its text form is ISO 8601 with a fixed width, so a clock on the
/// screen never changes size.
public struct Timestamp: Hashable, Sendable, Comparable {
  /// Microseconds since 1970-01-01T00:00:00Z.
  public let microsecondsSinceEpoch: Int64

  public init(microsecondsSinceEpoch: Int64) { self.microsecondsSinceEpoch = microsecondsSinceEpoch }

  public init(secondsSinceEpoch: Double) {
    self.init(microsecondsSinceEpoch: Int64((secondsSinceEpoch * 1e6).rounded()))
  }

  public var secondsSinceEpoch: Double { Double(microsecondsSinceEpoch) / 1e6 }

  public static func < (left: Timestamp, right: Timestamp) -> Bool {
    left.microsecondsSinceEpoch < right.microsecondsSinceEpoch
  }

  public static func + (left: Timestamp, right: Duration) -> Timestamp {
    Timestamp(microsecondsSinceEpoch: left.microsecondsSinceEpoch + right.wholeMicroseconds)
  }

  public static func - (left: Timestamp, right: Duration) -> Timestamp {
    Timestamp(microsecondsSinceEpoch: left.microsecondsSinceEpoch - right.wholeMicroseconds)
  }

  public static func - (left: Timestamp, right: Timestamp) -> Duration {
    .microseconds(left.microsecondsSinceEpoch - right.microsecondsSinceEpoch)
  }
}
