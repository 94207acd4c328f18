import CellGrid
import Glibc

/// A colour as light: linear red, green and blue, 0 to 1.
struct SeenColor {
  var linear: [Double]

  /// Nil for colours that the terminal decides.
  init?(_ color: Color) {
    guard case .rgb(let red, let green, let blue) = color else { return nil }
    linear = [red, green, blue].map { byte in
      let value = Double(byte) / 255
      return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
  }

  private init(linear: [Double]) { self.linear = linear.map { min(max($0, 0), 1) } }

  var luminance: Double { 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] }

  /// WCAG's contrast ratio, 1 to 21.
  func contrast(to other: SeenColor) -> Double {
    let (light, dark) = (max(luminance, other.luminance), min(luminance, other.luminance))
    return (light + 0.05) / (dark + 0.05)
  }

  func seen(with vision: ColorVision) -> SeenColor {
    SeenColor(linear: vision.matrix.map { row in zip(row, linear).reduce(0) { $0 + $1.0 * $1.1 } })
  }

  /// Distance in OKLab, in hundredths; about 2 can just be told apart side by side.
  func distance(to other: SeenColor) -> Double {
    let (a, b) = (lab, other.lab)
    return 100 * sqrt(zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) })
  }

  private var lab: [Double] {
    let (r, g, b) = (linear[0], linear[1], linear[2])
    let l = cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
    let m = cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    let s = cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    return [
      0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s, 1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
      0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s,
    ]
  }
}
