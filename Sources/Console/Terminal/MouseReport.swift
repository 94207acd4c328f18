import CellGrid

/// Reads mouse reports (xterm's ctlseqs, "Mouse Tracking").
enum MouseReport {
  /// `ESC [ < button ; column ; row M` or, for a release, `m`.
  static func sgr(_ parameters: ArraySlice<UInt8>, _ final: UInt8) -> MouseEvent? {
    let numbers = parameters.split(separator: 0x3B).map { $0.prefix(6).reduce(0) { $0 * 10 + Int($1 & 0x0F) } }
    guard numbers.count == 3, final == 0x4D || final == 0x6D else { return nil }
    return event(code: numbers[0], column: numbers[1], row: numbers[2], isRelease: final == 0x6D)
  }

  /// `ESC [ M` and three bytes, each 32 more than what it says.
  static func old(_ button: UInt8, _ column: UInt8, _ row: UInt8) -> MouseEvent? {
    guard button >= 32, column > 32, row > 32 else { return nil }
    let code = Int(button) - 32
    return event(
      code: code, column: Int(column) - 32, row: Int(row) - 32, isRelease: code & 3 == 3 && code & 64 == 0)
  }

  private static func event(code: Int, column: Int, row: Int, isRelease: Bool) -> MouseEvent? {
    guard column > 0, row > 0, let action = action(code: code, isRelease: isRelease) else { return nil }
    return MouseEvent(
      action: action, position: Point(x: column - 1, y: row - 1), isShift: code & 4 != 0, isControl: code & 16 != 0)
  }

  private static func action(code: Int, isRelease: Bool) -> MouseEvent.Action? {
    if code & 64 != 0 {
      return switch code & 3 {
      case 0: .wheelUp
      case 1: .wheelDown
      default: nil
      }
    }
    if isRelease { return .release }
    let buttons: [MouseEvent.Button] = [.left, .middle, .right]
    guard code & 3 < 3, code < 128 else { return nil }
    return code & 32 != 0 ? .drag(buttons[code & 3]) : .press(buttons[code & 3])
  }
}
