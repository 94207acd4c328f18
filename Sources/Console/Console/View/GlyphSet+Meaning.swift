import CellGrid
import Operations

extension GlyphSet {
  /// Whether only ASCII can be shown.
  var isASCII: Bool { separator.isASCII }

  func glyph(_ health: Health) -> Unicode.Scalar {
    switch health {
    case .healthy: healthy
    case .degraded: degraded
    case .down: down
    case .unknown: unknown
    }
  }

  func glyph(_ severity: Event.Severity) -> Unicode.Scalar {
    switch severity {
    case .info: separator
    case .notice: healthy
    case .warning: degraded
    case .critical: down
    }
  }

  func glyph(_ state: OperationSnapshot.Step.State) -> Unicode.Scalar {
    switch state {
    case .pending: separator
    case .running: pointer
    case .done: check
    case .failed: cross
    case .skipped: dash
    case .compensating, .compensated: arrowLeft
    }
  }

  /// The same text in characters that this set's terminals have. What the console itself says is written with the
  /// signs of the Unicode set.
  func fit(_ text: String) -> String {
    guard enter != "⏎", !text.utf8.allSatisfy({ $0 < 0x80 }) else { return text }
    var fitted = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if let own = substitute(for: scalar) {
        fitted.append(own)
      } else {
        fitted.append(scalar.isASCII || !isASCII ? scalar : "?")
      }
    }
    return String(fitted)
  }

  private func substitute(for scalar: Unicode.Scalar) -> Unicode.Scalar? {
    switch scalar {
    case "·": separator
    case "→": arrowRight
    case "←": arrowLeft
    case "↑": arrowUp
    case "↓": arrowDown
    case "—", "–": dash
    case "…": ellipsis
    case "×": multiply
    case "✓": check
    case "✗": cross
    case "▸": pointer
    case "“", "”": "\""
    case "’": "'"
    case "●": healthy
    case "▲": degraded
    case "✖": down
    case "≠": "!"
    case "↔": isASCII ? "=" : "↔"
    default: nil
    }
  }
}

extension Health {
  var word: String {
    switch self {
    case .healthy: "HEALTHY"
    case .degraded: "DEGRADED"
    case .down: "DOWN"
    case .unknown: "UNKNOWN"
    }
  }

  var role: Theme.Role {
    switch self {
    case .healthy: .healthy
    case .degraded: .degraded
    case .down: .down
    case .unknown: .unknown
    }
  }
}

extension Event.Severity {
  var role: Theme.Role {
    switch self {
    case .info: .faint
    case .notice: .foreground
    case .warning: .degraded
    case .critical: .down
    }
  }
}

extension OperationSnapshot.Step.State {
  var role: Theme.Role {
    switch self {
    case .pending, .skipped, .compensated: .faint
    case .running: .focus
    case .compensating: .staged
    case .done: .healthy
    case .failed: .down
    }
  }
}
