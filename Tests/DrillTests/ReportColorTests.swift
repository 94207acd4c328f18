import Glibc
import Testing

@testable import Drill

/// The report's colours, as they are seen by people who see colours otherwise.
@Suite struct ReportColorTests {
  /// Matrices of Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB.
  private static let visions: [(name: String, matrix: [[Double]])] = [
    ("common", [[1, 0, 0], [0, 1, 0], [0, 0, 1]]),
    (
      "protanopia",
      [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    (
      "deuteranopia",
      [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    (
      "tritanopia",
      [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
  ]

  private func linear(_ color: String) -> [Double] {
    let number = UInt32(color.dropFirst(), radix: 16) ?? 0
    return [16, 8, 0].map { shift in
      let value = Double(number >> shift & 255) / 255
      return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
  }

  private func luminance(_ color: String) -> Double {
    zip([0.2126, 0.7152, 0.0722], linear(color)).reduce(0) { $0 + $1.0 * $1.1 }
  }

  private func contrast(_ left: String, _ right: String) -> Double {
    let both = [luminance(left), luminance(right)].sorted()
    return (both[1] + 0.05) / (both[0] + 0.05)
  }

  /// In OKLab, in hundredths.
  private func distance(_ left: String, _ right: String, _ matrix: [[Double]]) -> Double {
    func lab(_ color: String) -> [Double] {
      let light = linear(color)
      let rgb = matrix.map { row in min(1, max(0, zip(row, light).reduce(0) { $0 + $1.0 * $1.1 })) }
      let l = cbrt(0.4122214708 * rgb[0] + 0.5363325363 * rgb[1] + 0.0514459929 * rgb[2])
      let m = cbrt(0.2119034982 * rgb[0] + 0.6806995451 * rgb[1] + 0.1073969566 * rgb[2])
      let s = cbrt(0.0883024619 * rgb[0] + 0.2817188376 * rgb[1] + 0.6299787005 * rgb[2])
      return [
        0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
        1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
        0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s,
      ]
    }
    return 100 * sqrt(zip(lab(left), lab(right)).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) })
  }

  @Test(arguments: [true, false]) func textAndLinesStandOutFromThePaper(isLight: Bool) {
    let palette = isLight ? ReportPalette.light : .dark
    for color in [palette.ink, palette.faint, palette.bad, palette.good] {
      #expect(contrast(color, palette.paper) >= 4.5, "\(color)")
    }
    for color in palette.clouds { #expect(contrast(color, palette.paper) >= 3, "\(color)") }
  }

  @Test(arguments: [true, false]) func cloudsAndFailuresAreToldApart(isLight: Bool) {
    let palette = isLight ? ReportPalette.light : .dark
    let colors = [palette.clouds[0], palette.clouds[1], palette.bad]
    for vision in Self.visions {
      for (index, left) in colors.enumerated() {
        for right in colors.dropFirst(index + 1) {
          #expect(distance(left, right, vision.matrix) >= 8, "\(left) and \(right), \(vision.name)")
        }
      }
      #expect(distance(palette.good, palette.bad, vision.matrix) >= 8, "good and bad, \(vision.name)")
    }
  }
}
