public import CellGrid

/// What the mouse did, and where.
public struct MouseEvent: Hashable, Sendable {
  public enum Action: Hashable, Sendable {
    case press(Button)
    case release
    /// Moved with a button held.
    case drag(Button)
    case wheelUp
    case wheelDown
  }

  public enum Button: Hashable, Sendable {
    case left, middle, right
  }

  public var action: Action
  public var position: Point
  public var isShift: Bool
  public var isControl: Bool

  public init(action: Action, position: Point, isShift: Bool = false, isControl: Bool = false) {
    self.action = action
    self.position = position
    self.isShift = isShift
    self.isControl = isControl
  }
}
