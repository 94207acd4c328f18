import Operations

extension Timestamp {
  /// Reads a `timestamptz` as PostgreSQL writes it with `datestyle = ISO` and `timezone = UTC`:
  /// `2026-11-23 14:02:07.123456+00`.
  init?(postgresText text: String) {
    guard text.hasSuffix("+00") else { return nil }
    self.init(text.dropLast(3).replacing(" ", with: "T") + "Z")
  }

  /// With all of its microseconds: versions are compared by them.
  var postgresText: String {
    // Before our era nothing was committed; such a time stands for "longer ago than is known".
    guard microsecondsSinceEpoch >= 0 else { return "-infinity" }
    let digits = String(microsecondsSinceEpoch % 1_000_000)
    return "\(date) \(timeOfDay)." + String(repeating: "0", count: 6 - digits.count) + digits + "+00"
  }
}
