import Synchronization

/// Keeps every request of every user, for who measures from outside.
///
/// A record takes about 120 bytes; a thousand users who think for three seconds make two million in an hour and a half.
/// It stops there.
public final class VisitLog: Sendable {
  /// More are not kept, so that a forgotten drill cannot fill the memory.
  public static let limit = 2_000_000

  public let begun: ContinuousClock.Instant
  private let records = Mutex<[VisitRecord]>([])

  public init(begun: ContinuousClock.Instant = .now) { self.begun = begun }

  public var all: [VisitRecord] { records.withLock { $0 } }

  public var count: Int { records.withLock { $0.count } }

  /// The newest records, of requests that ended after `seconds`.
  public func newest(since seconds: Double) -> [VisitRecord] {
    records.withLock { Array($0.suffix(from: ($0.lastIndex { $0.endedSeconds <= seconds } ?? -1) + 1)) }
  }

  /// All but the first `count`.
  public func records(after count: Int) -> [VisitRecord] { records.withLock { Array($0.dropFirst(count)) } }

  func append(_ record: VisitRecord) {
    records.withLock { if $0.count < Self.limit { $0.append(record) } }
  }

  /// Seconds since the log began.
  func offset(_ instant: ContinuousClock.Instant) -> Double { (instant - begun) / .seconds(1) }
}
