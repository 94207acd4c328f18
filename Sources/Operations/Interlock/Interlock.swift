/// A named pure rule over a snapshot and a plan.
public protocol Interlock: Sendable {
  var name: InterlockName { get }
  var overridability: Overridability { get }
  /// Nil when clear, else why the plan must not run and what would clear it.
  func hold(on plan: Plan, in snapshot: Snapshot) -> InterlockHold?
}

/// Whether an operator may go on against a rule.
public enum Overridability: String, Sendable, Codable {
  /// By typing its name.
  case byName
  case never
}

/// Why a rule holds, and the remedy.
public struct InterlockHold: Sendable, Equatable, Codable {
  public var reason: String
  public var remedy: String

  public init(reason: String, remedy: String) {
    self.reason = reason
    self.remedy = remedy
  }
}

/// A rule's answer about one plan at one instant.
public struct InterlockVerdict: Sendable, Equatable, Codable {
  public var name: InterlockName
  public var overridability: Overridability
  /// Nil when clear.
  public var hold: InterlockHold?

  public init(name: InterlockName, overridability: Overridability, hold: InterlockHold?) {
    self.name = name
    self.overridability = overridability
    self.hold = hold
  }

  public var isBlocked: Bool { hold != nil }
}

extension Interlock {
  public func verdict(on plan: Plan, in snapshot: Snapshot) -> InterlockVerdict {
    InterlockVerdict(name: name, overridability: overridability, hold: hold(on: plan, in: snapshot))
  }
}
