import CellGrid
import Operations

/// Figures at fixed widths: whatever the value, they end at the same column and their unit stays where it is.
enum Quantity {
  /// Five columns: `  2.3`, `   12`, `12345`.
  static func milliseconds(_ value: Double?) -> String {
    guard let value, value.isFinite else { return right("—", 5) }
    if value < 9.95 { return right(Figure.fixed(max(0, value), decimals: 1), 5) }
    return right(value < 99_999 ? Figure.fixed(value, decimals: 0) : ">99 s", 5)
  }

  /// Five columns: `   71`, `  12k`.
  static func rate(_ value: Double?) -> String {
    guard let value, value.isFinite else { return right("—", 5) }
    if value < 99_999.5 { return right(Figure.fixed(max(0, value), decimals: 0), 5) }
    return right(Figure.fixed(min(value, 9_999_000) / 1000, decimals: 0) + "k", 5)
  }

  /// Five columns: ` 34 %`, `100 %`.
  static func percent(_ share: Double?) -> String {
    guard let share, share.isFinite else { return right("—", 3) + "  " }
    return right(Figure.fixed(min(max(0, share), 9.99) * 100, decimals: 0), 3) + " %"
  }

  /// Seven columns: ` 99.9 %`; only a success of all is shown as 100.
  static func success(_ success: ProbeSuccess) -> String {
    guard success.total > 0 else { return right("—", 7) }
    let share = Double(success.succeeded) / Double(success.total)
    let shown = success.succeeded < success.total ? min(share, 0.999) : share
    return right(Figure.fixed(shown * 100, decimals: 1) + " %", 7)
  }

  /// Seven columns: `  0.2 s`, ` 14 min`.
  static func seconds(_ value: Double?) -> String {
    guard let value, value.isFinite else { return right("— s", 7) }
    if value < 99.95 { return right(Figure.fixed(max(0, value), decimals: 1) + " s", 7) }
    return right(Figure.duration(.seconds(min(value, 1e9))).text, 7)
  }

  /// Tenths of a second up to a hundred, then seconds, minutes, hours.
  static func lag(_ seconds: Double) -> Figure {
    guard seconds.isFinite else { return Figure(number: "—", unit: "s") }
    if seconds < 99.95 { return Figure(number: Figure.fixed(max(0, seconds), decimals: 1), unit: "s") }
    if seconds < 999.5 { return Figure(number: Figure.fixed(seconds, decimals: 0), unit: "s") }
    let figure = Figure.duration(.seconds(min(seconds, 1e9)))
    return Figure(number: figure.number, unit: figure.unit == "min" ? "m" : figure.unit)
  }

  /// Whole seconds, minutes, hours or days: `14 s`.
  static func age(_ age: Duration) -> String {
    let seconds = max(0, age.components.seconds)
    return seconds < 120 ? "\(seconds) s" : Figure.duration(.seconds(seconds)).text
  }

  static func right(_ text: String, _ width: Int) -> String { TextLayout.pad(text, to: width, .trailing) }

  static func left(_ text: String, _ width: Int) -> String { TextLayout.pad(text, to: width) }
}
