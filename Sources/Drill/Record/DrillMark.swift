/// Something that the drill did or saw, for the timeline.
public struct DrillMark: Sendable, Equatable, Codable {
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// A phase of the drill begins.
    case phase
    case fault
    case heal
    /// A person, or the drill in a person's place, pulls a lever.
    case lever
    /// The host or its process.
    case host
    /// A step of an operation, at the host's own clock.
    case step
    /// What was seen from outside: DNS, users, rows.
    case seen
    case trouble
  }

  /// Since the run began.
  public var atSeconds: Double
  public var kind: Kind
  /// One line; it may hold text from outside and is escaped when written.
  public var text: String

  public init(_ atSeconds: Double, _ kind: Kind, _ text: String) {
    self.atSeconds = atSeconds
    self.kind = kind
    self.text = text
  }
}
