/// Who may move levers.
public struct LeaseSnapshot: Sendable, Equatable, Codable {
  /// `kit@ops1 pid 4242`; nil when nobody holds it.
  public var holder: String?
  /// Whether the host that made this snapshot holds it.
  public var heldHere: Bool
  /// What keeps it: `lock beside the journal`, `etcd ops1:2379`; nil when it is not known.
  public var via: String?

  public init(holder: String?, heldHere: Bool, via: String? = nil) {
    self.holder = holder
    self.heldHere = heldHere
    self.via = via
  }
}

/// Whether anything happens without a person.
public enum Automation: String, Sendable, Codable, CaseIterable {
  /// Only a person moves levers.
  case manual
  /// The engines propose; a person confirms.
  case advise
  /// The engines act.
  case automatic
  /// The engines would act, but a person has paused them.
  case paused
}
