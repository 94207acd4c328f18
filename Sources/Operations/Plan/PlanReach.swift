/// What a plan changes, so that two that change the same are never carried out at once.
public enum PlanReach: Sendable, Equatable {
  /// Weights alone.
  case traffic
  /// One replication link.
  case link(LinkID?)
  /// The right to write, the links and the weights.
  case everything

  public init(kind: Plan.Kind, link: LinkID?, request: LeverRequest?) {
    switch kind {
    case .weights: self = .traffic
    case .replication: self = .link(link)
    case .failover:
      switch request {
      // A copy that takes an hour must not keep anybody from moving traffic away from a cloud that fails.
      case .failover(.shift), .failover(.evacuate): self = .traffic
      default: self = .everything
      }
    }
  }

  public func overlaps(_ other: PlanReach) -> Bool {
    switch (self, other) {
    case (.everything, _), (_, .everything): true
    default: self == other
    }
  }
}

extension Plan {
  /// What it changes.
  public var reach: PlanReach { PlanReach(kind: kind, link: link, request: request) }
}
