import CellGrid

/// Turns the bytes that a terminal sends into keys, mouse events and pasted text. Pure: no clock, no terminal.
///
/// Understands what xterm, VTE, tmux, screen, rxvt and the Linux console send (xterm's ctlseqs, console_codes(4)), and whatever
/// sequences the terminal's own description adds. A sequence that it does not know is dropped whole.
struct InputParser {
  enum State {
    case ground
    /// After an Escape.
    case escape
    /// After `ESC [`, with what followed.
    case control([UInt8])
    /// After `ESC O`.
    case singleShift
    /// The rest of a character in UTF-8.
    case character([UInt8], missing: Int)
    /// The three bytes of a mouse report in the old encoding.
    case oldMouse([UInt8])
    /// Bracketed paste.
    case paste([UInt8])
    /// An answer to a query or a string that nobody asked for, up to its terminator: how it began, and the last byte of
    /// it, if any.
    case string(introducer: UInt8, last: UInt8?)
  }

  /// More than this of one paste is dropped.
  static let pasteLimit = 65_536
  static let pasteEnd: [UInt8] = Array("\u{1B}[201~".utf8)
  private static let controlLimit = 64

  var state = State.ground
  /// Full sequences, Escape included, from the terminal's description.
  var described: [[UInt8]: Key] = [:]
  /// Whether bytes above 127 are UTF-8; otherwise they are dropped.
  let isUTF8: Bool

  init(isUTF8: Bool, described: [[UInt8]: Key] = [:]) {
    self.isUTF8 = isUTF8
    self.described = described
  }

  /// What has begun and more bytes would complete; ``flush()`` ends it when none come in time.
  enum Pending {
    /// A key's sequence, whose bytes come together.
    case sequence
    /// A paste, whose pieces may be apart on a slow link.
    case paste
  }

  var pending: Pending? {
    switch state {
    case .ground, .character: nil
    case .paste: .paste
    default: .sequence
    }
  }

  mutating func feed(_ bytes: some Sequence<UInt8>) -> [TerminalInput] {
    var found: [TerminalInput] = []
    for byte in bytes { feed(byte, into: &found) }
    return found
  }

  /// No more bytes have come in time: a lone Escape is the key, and a paste without an end is what has come of it, so
  /// that no terminal can swallow keys for good.
  mutating func flush() -> [TerminalInput] {
    defer { if pending != nil { state = .ground } }
    switch state {
    case .escape: return [.key(.escape)]
    case .control(let bytes) where bytes.isEmpty: return [.key(.alt("["))]
    case .singleShift: return [.key(.alt("O"))]
    case .string(let introducer, nil): return [.key(.alt(Character(Unicode.Scalar(introducer))))]
    case .paste(let bytes): return [.paste(Self.text(ofPaste: bytes[...]))]
    default: return []
    }
  }

  private mutating func feed(_ byte: UInt8, into found: inout [TerminalInput]) {
    switch state {
    case .ground: ground(byte, into: &found)
    case .escape: escape(byte, into: &found)
    case .control(let bytes): control(bytes, byte, into: &found)
    case .singleShift:
      state = .ground
      if let key = described[[0x1B, 0x4F, byte]] ?? KeySequences.singleShift(byte) { found.append(.key(key)) }
    case .character(let bytes, let missing): character(bytes + [byte], missing: missing - 1, into: &found)
    case .oldMouse(let bytes):
      guard bytes.count == 2 else {
        state = .oldMouse(bytes + [byte])
        return
      }
      state = .ground
      if let event = MouseReport.old(bytes[0], bytes[1], byte) { found.append(.mouse(event)) }
    case .paste: paste(byte, into: &found)
    case .string(let introducer, let last):
      let isEnd = byte == 0x07 || (last == 0x1B && byte == 0x5C)
      state = isEnd ? .ground : .string(introducer: introducer, last: byte)
    }
  }

  private mutating func ground(_ byte: UInt8, into found: inout [TerminalInput]) {
    if byte == 0x1B {
      state = .escape
    } else if let key = described[[byte]] ?? KeySequences.single(byte) {
      found.append(.key(key))
    } else if isUTF8, byte >= 0xC2, byte < 0xF5 {
      state = .character([byte], missing: byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3)
    }
  }

  private mutating func escape(_ byte: UInt8, into found: inout [TerminalInput]) {
    state = .ground
    switch byte {
    case 0x1B:
      found.append(.key(.escape))
      state = .escape
    case 0x5B: state = .control([])
    case 0x4F: state = .singleShift
    case 0x5D, 0x50, 0x5F, 0x5E: state = .string(introducer: byte, last: nil)
    case 0x20..<0x7F: found.append(.key(.alt(Character(Unicode.Scalar(byte)))))
    default:
      found.append(.key(.escape))
      feed(byte, into: &found)
    }
  }

  private mutating func control(_ bytes: [UInt8], _ byte: UInt8, into found: inout [TerminalInput]) {
    // The Linux console's F1 to F5: ESC [ [ A.
    let isLinuxPrefix = bytes.isEmpty && byte == 0x5B
    // rxvt ends shifted keys in a dollar.
    let isFinal = (byte >= 0x40 && byte < 0x7F || byte == 0x24) && !isLinuxPrefix
    guard isFinal else {
      if byte == 0x1B {
        state = .escape
      } else {
        state = byte >= 0x20 && bytes.count < Self.controlLimit ? .control(bytes + [byte]) : .ground
      }
      return
    }
    state = .ground
    if bytes.isEmpty, byte == 0x4D {
      state = .oldMouse([])
    } else if bytes == Array("200".utf8), byte == 0x7E {
      state = .paste([])
    } else if bytes.first == 0x3C {
      if let event = MouseReport.sgr(bytes.dropFirst(), byte) { found.append(.mouse(event)) }
    } else if let key = described[[0x1B, 0x5B] + bytes + [byte]] ?? KeySequences.control(bytes, byte) {
      found.append(.key(key))
    }
  }

  private mutating func character(_ bytes: [UInt8], missing: Int, into found: inout [TerminalInput]) {
    guard let last = bytes.last, last & 0xC0 == 0x80 else {
      // Cut short: what came instead counts.
      state = .ground
      if let last = bytes.last { feed(last, into: &found) }
      return
    }
    guard missing == 0 else {
      state = .character(bytes, missing: missing)
      return
    }
    state = .ground
    if let character = String(validating: bytes, as: UTF8.self)?.first { found.append(.key(.character(character))) }
  }

  private mutating func paste(_ byte: UInt8, into found: inout [TerminalInput]) {
    guard case .paste(var bytes) = state else { return }
    // Frees the storage of the old state, so that appending does not copy.
    state = .ground
    bytes.append(byte)
    if byte == 0x7E, bytes.suffix(Self.pasteEnd.count).elementsEqual(Self.pasteEnd) {
      found.append(.paste(Self.text(ofPaste: bytes.dropLast(Self.pasteEnd.count))))
      return
    }
    // Beyond the limit only the last bytes are kept, to find the end.
    if bytes.count > Self.pasteLimit + 4096 { bytes.removeSubrange(Self.pasteLimit..<bytes.count - 16) }
    state = .paste(bytes)
  }

  private static func text(ofPaste bytes: ArraySlice<UInt8>) -> String {
    String(decoding: bytes.prefix(pasteLimit), as: UTF8.self)
  }
}
