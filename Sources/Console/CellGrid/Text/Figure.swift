/// A number with its unit, for columns of figures: the number stands right, the unit left of a common edge, and neither
/// moves when the value changes.
public struct Figure: Hashable, Sendable {
  /// `—` where the value is not known.
  public var number: String
  /// Empty where there is none.
  public var unit: String

  public init(number: String, unit: String = "") {
    self.number = number
    self.unit = unit
  }

  /// Not known: a dash in place of the number, the unit kept.
  public static func unknown(unit: String = "", glyphs: GlyphSet = .unicode) -> Figure {
    Figure(number: String(glyphs.dash), unit: unit)
  }

  /// `34 %`, `99.5 %`. `share` is 0…1.
  public static func percent(_ share: Double, decimals: Int = 0) -> Figure {
    Figure(number: fixed(share * 100, decimals: decimals), unit: "%")
  }

  /// `512 B`, `1.2 kB`, `34 MB`: powers of 1000, at most three digits and a point.
  public static func bytes(_ count: Int) -> Figure {
    let units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"]
    var value = Double(count)
    var index = 0
    while value.magnitude >= (index == 0 ? 1000 : 999.5), index < units.count - 1 {
      value /= 1000
      index += 1
    }
    return Figure(number: fixed(value, decimals: index > 0 && value.magnitude < 9.95 ? 1 : 0), unit: units[index])
  }

  /// `0.4 ms`, `48 ms`, `1.3 s`, `14 s`, `3 min`, `2 h`, `5 d`: at most three digits and a point.
  public static func duration(_ duration: Duration) -> Figure {
    let (whole, attoseconds) = duration.components
    let seconds = Double(whole) + Double(attoseconds) / 1e18
    switch seconds.magnitude {
    case ..<0.00995: return Figure(number: fixed(seconds * 1000, decimals: 1), unit: "ms")
    case ..<0.9995: return Figure(number: fixed(seconds * 1000, decimals: 0), unit: "ms")
    case ..<9.95: return Figure(number: fixed(seconds, decimals: 1), unit: "s")
    case ..<119.5: return Figure(number: fixed(seconds, decimals: 0), unit: "s")
    case ..<7170: return Figure(number: fixed(seconds / 60, decimals: 0), unit: "min")
    case ..<171_000: return Figure(number: fixed(seconds / 3600, decimals: 0), unit: "h")
    default: return Figure(number: fixed(seconds / 86400, decimals: 0), unit: "d")
    }
  }

  /// Number right-aligned in `numberWidth` columns, a space, unit left-aligned in `unitWidth`. A longer number pushes.
  public func aligned(numberWidth: Int, unitWidth: Int) -> String {
    let number = TextLayout.pad(number, to: numberWidth, .trailing)
    return unitWidth > 0 ? number + " " + TextLayout.pad(unit, to: unitWidth) : number
  }

  /// `number unit`, unaligned.
  public var text: String { unit.isEmpty ? number : number + " " + unit }

  /// `value` rounded half away from zero to `decimals` (0–9) places: `fixed(1.25, decimals: 1)` is `1.3`. A value that
  /// is not finite is `—`; a zero has no sign.
  public static func fixed(_ value: Double, decimals: Int) -> String {
    let places = min(max(0, decimals), 9)
    let factor = (0..<places).reduce(1.0) { factor, _ in factor * 10 }
    let scaled = (value * factor).rounded(.toNearestOrAwayFromZero)
    guard scaled.isFinite, scaled.magnitude < 9e18 else { return "—" }
    let digits = String(Int64(scaled.magnitude))
    let sign = scaled < 0 ? "-" : ""
    guard places > 0 else { return sign + digits }
    let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
    return sign + padded.dropLast(places) + "." + padded.suffix(places)
  }
}
