import CNcurses

/// The sequences that switch what ncurses does not switch by itself here: keypad, mouse and bracketed paste.
struct TerminalModes {
  let enter: [UInt8]
  let leave: [UInt8]
  let hasMouse: Bool
  /// Around a larger frame: the terminal shows it when it is complete (synchronised output, mode 2026; terminals that
  /// do not know it ignore it).
  let frame: (begin: [UInt8], end: [UInt8])

  /// For the terminal that was opened last.
  init(name: String, usesMouse: Bool) {
    hasMouse = usesMouse && !Self.capability("kmous").isEmpty
    // A terminal that has a mouse understands private modes; so does xterm's whole family. The Linux console prints none,
    // but a VT100 might.
    let hasPrivateModes = !Self.capability("kmous").isEmpty || name.hasPrefix("xterm")
    // Clicks and drags (1002), without the limit of 223 columns (1006). Bracketed paste (2004).
    let mouseOn = hasMouse ? "\u{1B}[?1002h\u{1B}[?1006h" : ""
    let mouseOff = hasMouse ? "\u{1B}[?1006l\u{1B}[?1002l" : ""
    let pasteOn = hasPrivateModes ? "\u{1B}[?2004h" : ""
    let pasteOff = hasPrivateModes ? "\u{1B}[?2026l\u{1B}[?2004l" : ""
    frame = hasPrivateModes ? (Array("\u{1B}[?2026h".utf8), Array("\u{1B}[?2026l".utf8)) : ([], [])
    enter = Self.capability("smkx") + Array((mouseOn + pasteOn).utf8)
    leave = Array((pasteOff + mouseOff).utf8) + Self.capability("rmkx")
  }

  /// A string capability's bytes without padding instructions (`$<5>`); none where the terminal lacks it.
  static func capability(_ name: String) -> [UInt8] {
    guard let value = signalbox_capability(name) else { return [] }
    var bytes: [UInt8] = []
    var isPadding = false
    for byte in String(cString: value).utf8 {
      if byte == UInt8(ascii: "<"), bytes.last == UInt8(ascii: "$") {
        bytes.removeLast()
        isPadding = true
      } else if isPadding {
        isPadding = byte != UInt8(ascii: ">")
      } else {
        bytes.append(byte)
      }
    }
    return bytes
  }
}
