/// What the bytes of keys mean that nearly all terminals share.
enum KeySequences {
  /// A byte by itself; `nil` for the beginning of something longer, or nothing.
  static func single(_ byte: UInt8) -> Key? {
    switch byte {
    case 0x0D, 0x0A: .enter
    case 0x09: .tab
    case 0x08, 0x7F: .backspace
    case 0x00: .control(" ")
    case 0x01...0x1A: .control(Character(Unicode.Scalar(byte + 0x60)))
    case 0x1C...0x1F: .control(Character(Unicode.Scalar(byte + 0x40)))
    case 0x20..<0x7F: .character(Character(Unicode.Scalar(byte)))
    default: nil
    }
  }

  /// After `ESC O`.
  static func singleShift(_ byte: UInt8) -> Key? {
    switch byte {
    case 0x4D: .enter
    case 0x50...0x53: .function(Int(byte) - 0x4F)
    // Digits and signs of the keypad in application mode.
    case 0x6A...0x79: .character(Character(Unicode.Scalar(byte - 0x40)))
    case 0x61...0x64: nil
    default: letter(byte, isShift: false)
    }
  }

  /// After `ESC [`: parameters and the final byte.
  static func control(_ parameters: [UInt8], _ final: UInt8) -> Key? {
    if parameters.first == 0x5B { return final >= 0x41 && final <= 0x45 ? .function(Int(final) - 0x40) : nil }
    // A private sequence is an answer, not a key.
    if let first = parameters.first, (0x3C...0x3F).contains(first) { return nil }
    let numbers = parameters.split(separator: 0x3B, omittingEmptySubsequences: false).map { digits in
      digits.prefix(6).reduce(0) { $0 * 10 + Int($1 & 0x0F) }
    }
    let modifier = numbers.count > 1 ? numbers[1] : 1
    let isShift = modifier > 1 && (modifier - 1) & 1 == 1
    switch final {
    case 0x7E, 0x24, 0x5E, 0x40: return numbered(numbers.first ?? 0)
    case 0x5A: return .backTab
    case 0x61...0x64: return letter(final - 0x20, isShift: true)
    case 0x50...0x53 where !parameters.isEmpty: return .function(Int(final) - 0x4F)
    default: return letter(final, isShift: isShift)
    }
  }

  private static func letter(_ byte: UInt8, isShift: Bool) -> Key? {
    switch byte {
    case 0x41: isShift ? .shiftUp : .up
    case 0x42: isShift ? .shiftDown : .down
    case 0x43: isShift ? .shiftRight : .right
    case 0x44: isShift ? .shiftLeft : .left
    case 0x48: .home
    case 0x46: .end
    default: nil
    }
  }

  private static func numbered(_ number: Int) -> Key? {
    switch number {
    case 1, 7: .home
    case 4, 8: .end
    case 2: .insert
    case 3: .delete
    case 5: .pageUp
    case 6: .pageDown
    case 11...15: .function(number - 10)
    case 17...21: .function(number - 11)
    case 23...26: .function(number - 12)
    case 28, 29: .function(number - 13)
    case 31...34: .function(number - 14)
    default: nil
    }
  }

  /// Terminfo's names of keys, for terminals that send something of their own.
  static let capabilities: [(name: String, key: Key)] =
    [
      ("kcuu1", .up), ("kcud1", .down), ("kcub1", .left), ("kcuf1", .right), ("khome", .home), ("kend", .end),
      ("kpp", .pageUp), ("knp", .pageDown), ("kich1", .insert), ("kdch1", .delete), ("kcbt", .backTab),
      ("kbs", .backspace), ("kLFT", .shiftLeft), ("kRIT", .shiftRight), ("kri", .shiftUp), ("kind", .shiftDown),
      ("kent", .enter),
    ] + (1...12).map { ("kf\($0)", .function($0)) }
}
