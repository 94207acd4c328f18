/// Numbers with three significant digits, and no more than they deserve.
enum NumberText {
  static func of(_ value: Double) -> String {
    if value == value.rounded(), abs(value) < 1e7 { return String(Int(value)) }
    let magnitude = abs(value)
    let digits = magnitude >= 100 ? 0 : magnitude >= 10 ? 1 : magnitude >= 0.1 ? 2 : 4
    return fixed(value, digits)
  }

  private static func fixed(_ value: Double, _ digits: Int) -> String {
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let scaled = Int((abs(value) * scale).rounded())
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard digits > 0 else { return sign + String(scaled) }
    let fraction = String(scaled % Int(scale))
    return sign + String(scaled / Int(scale)) + "."
      + String(repeating: "0", count: digits - fraction.count) + fraction
  }
}
