extension Timestamp: CustomStringConvertible {
  /// `2026-11-23T14:02:07.123Z`.
  public var description: String { "\(date)T\(timeOfDay).\(padded(millisecond, to: 3))Z" }

  /// `2026-11-23`.
  public var date: String {
    let day = civilDay
    return "\(padded(day.year, to: 4))-\(padded(day.month, to: 2))-\(padded(day.day, to: 2))"
  }

  /// `14:02:07`.
  public var timeOfDay: String {
    let second = secondOfDay
    return "\(padded(second / 3600, to: 2)):\(padded(second / 60 % 60, to: 2)):\(padded(second % 60, to: 2))"
  }

  /// Reads `YYYY-MM-DDThh:mm:ss[.fraction]Z`; nil when the text has any other form.
  public init?(_ text: String) {
    guard text.hasSuffix("Z"), text.utf8.count >= 20 else { return nil }
    let fields = text.utf8.dropLast().split(omittingEmptySubsequences: false) { !(48...57).contains($0) }
    guard fields.count == 6 || fields.count == 7 else { return nil }
    let numbers = fields.compactMap { Int(String(Substring($0))) }
    guard numbers.count == fields.count, (1...12).contains(numbers[1]), (1...31).contains(numbers[2]),
      numbers[3] < 24, numbers[4] < 60, numbers[5] < 61
    else { return nil }
    let days = Timestamp.daysSinceEpoch(year: numbers[0], month: numbers[1], day: numbers[2])
    var microseconds = Int64(((days * 24 + numbers[3]) * 60 + numbers[4]) * 60 + numbers[5]) * 1_000_000
    if fields.count == 7 {
      let digits = String(Substring(fields[6])).prefix(6)
      guard var fraction = Int64(digits) else { return nil }
      for _ in digits.count..<6 { fraction *= 10 }
      microseconds += fraction
    }
    self.init(microsecondsSinceEpoch: microseconds)
  }

  private var secondOfDay: Int { Int((microsecondsSinceEpoch / 1_000_000) % 86_400) }

  private var millisecond: Int { Int(microsecondsSinceEpoch / 1000 % 1000) }

  /// The proleptic Gregorian day, by Howard Hinnant's `civil_from_days`.
  private var civilDay: (year: Int, month: Int, day: Int) {
    let shifted = Int(microsecondsSinceEpoch / 86_400_000_000) + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }

  private static func daysSinceEpoch(year: Int, month: Int, day: Int) -> Int {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = shiftedYear / 400
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private func padded(_ number: Int, to width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}

extension Timestamp: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let timestamp = Timestamp(text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "expected a time like 2026-11-23T14:02:07.123Z")
    }
    self = timestamp
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
