public import Operations
import Synchronization

/// A load balancer in memory: targets that are well or not, and users' requests that are counted.
public final class SimulatedBalancer: LoadBalancerObserver {
  /// What is done to a target.
  public enum Condition: Sendable, Equatable {
    case well
    /// Its health check fails, for that reason.
    case ill(String)
    /// Finishes what it serves and is given nothing more.
    case draining
    /// Taken out by an operator.
    case disabled
  }

  public struct Unreachable: Error, Sendable, Equatable, CustomStringConvertible {
    public let description: String
  }

  private struct State {
    var targets: [(id: String, condition: Condition)]
    var requests: UInt64 = 0
    var fault: String?
  }

  public let name = "simulated load balancer"
  private let state: Mutex<State>

  /// - Parameter targets: their names; all of them are well.
  public init(targets: [String]) { state = Mutex(State(targets: targets.map { ($0, .well) })) }

  public func set(_ condition: Condition, of target: String) {
    state.withLock { state in
      for index in state.targets.indices where state.targets[index].id == target {
        state.targets[index].condition = condition
      }
    }
  }

  /// Users send requests. Health checks do not count.
  public func serve(_ count: Int) { state.withLock { $0.requests += UInt64(count) } }

  /// It answers nobody, for that reason, until it is set to nil. Then it has been started anew and counts from 0.
  public func fail(_ reason: String?) {
    state.withLock { state in
      state.fault = reason
      state.requests = 0
    }
  }

  public func observe() async throws -> TargetGroupSnapshot {
    try state.withLock { state in
      if let fault = state.fault { throw Unreachable(description: "\(name): \(fault)") }
      return TargetGroupSnapshot(targets: state.targets.map(Self.target), requestsTotal: state.requests)
    }
  }

  private static func target(_ id: String, _ condition: Condition) -> Target {
    switch condition {
    case .well: Target(id: id, address: "simulated:\(id)", state: .healthy)
    case .ill(let reason): Target(id: id, address: "simulated:\(id)", state: .unhealthy, reason: reason)
    case .draining: Target(id: id, address: "simulated:\(id)", state: .draining, reason: "draining")
    case .disabled: Target(id: id, address: "simulated:\(id)", state: .unavailable, reason: "disabled")
    }
  }
}
