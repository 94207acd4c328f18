/// Numbers with a fixed number of places, without Foundation's formatters.
enum Decimals {
  static func text(_ number: Double, places: Int) -> String {
    var scale = 1.0
    for _ in 0..<places { scale *= 10 }
    let scaled = (abs(number) * scale).rounded()
    guard scaled.isFinite, scaled < 1e15 else { return "?" }
    let whole = Int(scaled) / Int(scale)
    let sign = number < 0 && scaled > 0 ? "-" : ""
    guard places > 0 else { return "\(sign)\(whole)" }
    let digits = String(Int(scaled) % Int(scale))
    return "\(sign)\(whole).\(String(repeating: "0", count: places - digits.count))\(digits)"
  }
}
