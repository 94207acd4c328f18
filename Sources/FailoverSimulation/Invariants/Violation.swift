/// An invariant that did not hold.
public struct Violation: Sendable, Equatable, CustomStringConvertible {
  /// As `invariants.md` counts them.
  public var number: Int
  public var name: String
  public var message: String

  init(invariant: Invariant, message: String) {
    number = invariant.number
    name = invariant.name
    self.message = message
  }

  public var description: String { "\(number) \(name): \(message)" }
}
