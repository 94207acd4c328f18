/// What a lab's configuration counts as a fence.
public enum LabFencing: String, Sendable, Codable, CaseIterable {
  /// A write that was refused.
  case proof
  /// That, or the end of the right to write, which the databases keep by their own clocks.
  case lease
}
