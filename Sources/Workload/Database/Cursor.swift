/// A place in a list that stays where it is while rows come and go. Clients hand it back as they got it.
struct Cursor: Sendable, Equatable {
  /// RFC 3339 to the microsecond.
  var createdAt: String
  var id: String

  init(_ task: TaskItem) {
    createdAt = task.createdAt
    id = task.id
  }

  /// - Returns: nil for what was not handed out as a cursor.
  init?(_ text: String) {
    guard let bytes = Base64URL.decode(text) else { return nil }
    let parts = String(decoding: bytes, as: UTF8.self).split(separator: " ", omittingEmptySubsequences: false)
    guard parts.count == 2, Self.isTime(parts[0]), Self.isUUID(parts[1]) else { return nil }
    createdAt = String(parts[0])
    id = String(parts[1])
  }

  var text: String { Base64URL.encode(Array("\(createdAt) \(id)".utf8)) }

  static func isUUID(_ text: some StringProtocol) -> Bool {
    fits(text, "hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh")
  }

  private static func isTime(_ text: some StringProtocol) -> Bool {
    guard fits(text, "dddd-dd-ddTdd:dd:dd.ddddddZ") else { return false }
    // What fits but is no time would be an error of the database's.
    let numbers = text.split { !$0.isNumber }.compactMap { Int($0) }
    return numbers[0] >= 1 && (1...12).contains(numbers[1]) && (1...28).contains(min(numbers[2], 28))
      && numbers[2] <= [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][numbers[1] - 1]
      && !(numbers[1] == 2 && numbers[2] == 29 && !isLeap(numbers[0]))
      && numbers[3] < 24 && numbers[4] < 60 && numbers[5] < 60
  }

  private static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

  private static func fits(_ text: some StringProtocol, _ pattern: String) -> Bool {
    text.utf8.count == pattern.utf8.count
      && zip(text.utf8, pattern.utf8).allSatisfy { byte, wanted in
        switch wanted {
        case UInt8(ascii: "d"): (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        case UInt8(ascii: "h"):
          (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
        default: byte == wanted
        }
      }
  }
}
