public import Operations

/// What the weights lever goes by.
public struct WeightsSettings: Sendable {
  /// Least time between two changes.
  public var minimumInterval: Duration
  /// Share of a cloud's capacity that must stay free, 0 to 1.
  public var headroom: Double
  /// The time a write is given in a prediction while none has been measured.
  public var writeAllowance: Duration = .seconds(1)
  /// The time that verifying is given in a prediction while none has been measured.
  public var verifyAllowance: Duration = .seconds(1)

  public init(minimumInterval: Duration, headroom: Double) {
    self.minimumInterval = minimumInterval
    self.headroom = headroom
  }

  /// Every rule of the lever, the most telling first.
  public var interlocks: [any Interlock] {
    [
      JournalWritable(), LeaseHeld(), NoOtherOperation(), GenerationCurrent(), SumNotZero(), CloudTakesTraffic(),
      FreshObservations(), CapacitySuffices(headroom: headroom), NotTooSoon(minimumInterval: minimumInterval),
    ]
  }
}
