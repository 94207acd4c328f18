/// A compiled terminal description (term(5), "Legacy storage format"), read so that true colour can be added to it.
///
/// ncurses sends 24-bit colours only where terminfo says how, and the entries that most terminals go by (xterm-256color,
/// tmux-256color) do not, whatever the terminal can do and says in COLORTERM. Redefining the palette
/// (`init_extended_color`) would change the user's colours and does not work in tmux; the -direct entries of ncurses-term
/// are rarely installed and lack the palette. So the entry in use is extended in memory and handed to ncurses through
/// `TERMINFO=b64:…` (ncurses(3), since 6.1). No file is written.
struct TerminfoEntry {
  private var names: [UInt8] = []
  private var flags: [UInt8] = []
  private var numbers: [Int32] = []
  /// `nil`: absent.
  private var strings: [[UInt8]?] = []

  /// Positions in the order of term.h.
  private enum Index {
    static let canChange = 27
    static let colors = 13
    static let pairs = 14
    static let originalColors = 298
    static let initializeColor = 299
    static let setForeground = 359
    static let setBackground = 360
  }

  init?(compiled: [UInt8]) {
    var reader = Reader(bytes: compiled)
    guard let magic = reader.short(), magic == 0x11A || magic == 0x21E,
      let nameSize = reader.short(), let flagCount = reader.short(), let numberCount = reader.short(),
      let stringCount = reader.short(), let tableSize = reader.short(),
      let names = reader.take(nameSize), let flags = reader.take(flagCount)
    else { return nil }
    reader.align()
    for _ in 0..<numberCount {
      guard let number = magic == 0x11A ? reader.short() : reader.word() else { return nil }
      numbers.append(Int32(truncatingIfNeeded: number))
    }
    var offsets: [Int] = []
    for _ in 0..<stringCount {
      guard let offset = reader.short() else { return nil }
      offsets.append(offset)
    }
    guard let table = reader.take(tableSize) else { return nil }
    self.names = names
    self.flags = flags
    strings = offsets.map { offset in
      guard offset >= 0, offset < table.count else { return nil }
      return Array(table[offset...].prefix { $0 != 0 })
    }
  }

  /// The same description with 16.7 million colours: numbers below 256 stay the palette's, others are red, green, blue.
  ///
  /// - Returns: the compiled form; `nil` where the description has no colours to start from.
  func withDirectColor() -> [UInt8]? {
    guard numbers.count > Index.pairs, numbers[Index.colors] >= 8, strings.count > Index.setBackground,
      strings[Index.setForeground] != nil
    else { return nil }
    var extended = self
    if extended.flags.count > Index.canChange { extended.flags[Index.canChange] = 0 }
    extended.numbers[Index.colors] = 1 << 24
    extended.numbers[Index.pairs] = 1 << 16
    extended.strings[Index.originalColors] = nil
    extended.strings[Index.initializeColor] = nil
    extended.strings[Index.setForeground] = Self.selection(ansi: "3", bright: "9", extended: "38")
    extended.strings[Index.setBackground] = Self.selection(ansi: "4", bright: "10", extended: "48")
    return extended.compiled()
  }

  private static func selection(ansi: String, bright: String, extended: String) -> [UInt8] {
    let red = "%p1%{65536}%/%d"
    let green = "%p1%{256}%/%{255}%&%d"
    let blue = "%p1%{255}%&%d"
    return Array(
      """
      \u{1B}[%?%p1%{8}%<%t\(ansi)%p1%d%e%p1%{16}%<%t\(bright)%p1%{8}%-%d\
      %e%p1%{256}%<%t\(extended);5;%p1%d%e\(extended);2;\(red);\(green);\(blue)%;m
      """.utf8)
  }

  /// With 32-bit numbers, and the flags AX (has default colours) and RGB in the extended part.
  private func compiled() -> [UInt8] {
    var table: [UInt8] = []
    var offsets: [Int] = []
    for string in strings {
      offsets.append(string == nil ? -1 : table.count)
      if let string { table += string + [0] }
    }
    var bytes: [UInt8] = []
    for value in [0x21E, names.count, flags.count, numbers.count, strings.count, table.count] {
      bytes += Self.short(value)
    }
    bytes += names + flags
    if bytes.count % 2 == 1 { bytes.append(0) }
    for number in numbers { bytes += Self.short(Int(number)) + Self.short(Int(number >> 16)) }
    for offset in offsets { bytes += Self.short(offset) }
    bytes += table
    if bytes.count % 2 == 1 { bytes.append(0) }
    let extendedNames = Array("AX\0RGB\0".utf8)
    // Flags, numbers, strings; then how many strings the table has, and its size.
    for value in [2, 0, 0, 2, extendedNames.count] { bytes += Self.short(value) }
    bytes += [1, 1]
    bytes += Self.short(0) + Self.short(3)
    return bytes + extendedNames
  }

  private static func short(_ value: Int) -> [UInt8] {
    [UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8)]
  }

  /// Reads little-endian numbers; `nil` past the end.
  private struct Reader {
    let bytes: [UInt8]
    var position = 0

    mutating func short() -> Int? {
      guard let two = take(2) else { return nil }
      return Int(Int16(truncatingIfNeeded: Int(two[0]) | Int(two[1]) << 8))
    }

    mutating func word() -> Int? {
      guard let four = take(4) else { return nil }
      return Int(Int32(truncatingIfNeeded: four.reversed().reduce(0) { $0 << 8 | Int($1) }))
    }

    mutating func take(_ count: Int) -> [UInt8]? {
      guard count >= 0, position + count <= bytes.count else { return nil }
      defer { position += count }
      return Array(bytes[position..<position + count])
    }

    mutating func align() { position += position % 2 }
  }
}
