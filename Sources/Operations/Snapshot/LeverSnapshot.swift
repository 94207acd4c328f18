/// A lever as it stands now: what it would cost, or what holds it.
public struct LeverSnapshot: Sendable, Equatable, Codable {
  public enum Kind: String, Sendable, Codable { case weights, failover, switchover, evacuate, failback, rejoin }

  public var kind: Kind
  /// `shift traffic`.
  public var title: String
  /// What pulling it now would cost, for a person: `5 s · no loss`; nil while it is held.
  public var cost: String?
  /// Verdicts that hold it for every plan it could make now, the first the most telling.
  public var holds: [InterlockVerdict]

  public init(kind: Kind, title: String, cost: String?, holds: [InterlockVerdict]) {
    self.kind = kind
    self.title = title
    self.cost = cost
    self.holds = holds
  }
}
