/// Who carries changes from one of a lab's databases to the other.
public enum LabReplication: String, Sendable, Codable, CaseIterable {
  /// A host of Signalbox, as long as one runs: the configuration has a link for it.
  case stream
  /// PostgreSQL's own subscription, over the link between the clouds.
  case native
}
