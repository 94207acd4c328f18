public import Operations

/// A drill's choreography, as data: what is done, in which order, what is to be seen, and what is aimed at.
public struct DrillPlan: Sendable, Equatable {
  public var name: DrillName
  /// The cloud it happens to, or from which the right to write is moved.
  public var subject: CloudID
  /// The cloud that is to go on.
  public var survivor: CloudID
  /// The cloud whose database takes writes before it.
  public var primary: CloudID
  public var sign: DetectionSign
  public var acts: [DrillAct]
  public var aims: [DrillAim]
  public var settings: DrillSettings

  /// Whether the drill, and not the host, pulls the first lever.
  public var isAsked: Bool {
    acts.contains { if case .ask = $0 { true } else { false } }
  }
}

/// The clouds of a drill as they stand before it.
public struct DrillClouds: Sendable, Equatable {
  public var primary: CloudID
  public var secondary: CloudID

  public init(primary: CloudID, secondary: CloudID) {
    self.primary = primary
    self.secondary = secondary
  }
}
