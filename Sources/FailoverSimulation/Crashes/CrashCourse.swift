import Operations

/// An operation that must come to the same end wherever its host is killed.
public enum CrashCourse: String, Sendable, CaseIterable {
  case switchover, failback
  case failover
  /// The primary is gone, and only the end of its lease proves that it takes no writes.
  case failoverOfLost = "failover-of-lost"
  case rejoin
  /// After a failover there and one back: the link was never turned, and rests.
  case rejoinThereAndBack = "rejoin-there-and-back"
  case evacuation, shift

  private static let (aws, azure) = (World.clouds[0], World.clouds[1])

  /// What is done before, with nobody killed.
  var before: [FailoverRequest] {
    switch self {
    case .switchover, .failover, .failoverOfLost, .evacuation, .shift: []
    case .failback: [.switchover(to: Self.azure)]
    case .rejoin: [.failover(to: Self.azure)]
    case .rejoinThereAndBack: [.failover(to: Self.azure), .failover(to: Self.aws)]
    }
  }

  var losesPrimary: Bool { self == .failoverOfLost }

  var request: FailoverRequest {
    switch self {
    case .switchover: .switchover(to: Self.azure)
    case .failback: .failback(to: Self.aws)
    case .failover, .failoverOfLost: .failover(to: Self.azure)
    case .rejoin: .rejoin(Self.aws, .rebuild)
    case .rejoinThereAndBack: .rejoin(Self.azure, .rebuild)
    case .evacuation: .evacuate(Self.aws)
    case .shift: .shift(Weights([(Self.aws, 10), (Self.azure, 90)]), stages: 3)
    }
  }
}
