/// What came of one run.
public struct SimulationOutcome: Sendable {
  public var seed: UInt64
  /// Nil where every invariant held.
  public var violation: Violation?
  /// Virtual time.
  public var elapsed: Duration
  /// After each of which every invariant was judged.
  public var events: Int
  /// Of everything that happened: the same for the same seed.
  public var hash: UInt64
  /// What happened, line by line.
  public var story: String
  /// What stands at its end.
  public var end: String
}
