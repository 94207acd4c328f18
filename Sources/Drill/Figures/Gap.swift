/// The longest time between two of some instants.
public struct Gap: Sendable, Equatable {
  public var fromSeconds: Double
  public var toSeconds: Double

  public var seconds: Double { toSeconds - fromSeconds }

  /// The longest gap that has an end, and the one from the last instant to the end of the span, which has none.
  ///
  /// - Parameters:
  ///   - instants: in order.
  ///   - start: the last instant before it begins the first gap.
  /// - Returns: nil where there is no instant before `start`.
  public static func longest(
    of instants: [Double], from start: Double, to end: Double
  ) -> (closed: Gap, open: Gap)? {
    guard let before = instants.last(where: { $0 <= start }) else { return nil }
    var last = before
    var longest = Gap(fromSeconds: before, toSeconds: before)
    for instant in instants where instant > start && instant <= end {
      if instant - last > longest.seconds { longest = Gap(fromSeconds: last, toSeconds: instant) }
      last = instant
    }
    return (longest, Gap(fromSeconds: last, toSeconds: max(last, end)))
  }
}
