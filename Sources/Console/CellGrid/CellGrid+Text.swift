extension CellGrid {
  /// The text of all rows, joined with line feeds.
  ///
  /// - Parameter trimmingTrailingSpaces: leaves out the spaces at the end of each row.
  public func plainText(trimmingTrailingSpaces: Bool = true) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(cells.count + size.height)
    for y in 0..<size.height {
      if y > 0 { text.append(0x0A) }
      append(row: y, trimming: trimmingTrailingSpaces, to: &text)
    }
    return String(decoding: text, as: UTF8.self)
  }

  private func append(row y: Int, trimming: Bool, to text: inout [UInt8]) {
    var cells = row(y)
    if trimming { while let last = cells.last, last.scalarBits == 0x20 { cells.removeLast() } }
    for cell in cells {
      if cell.scalarBits > 0, cell.scalarBits < 0x80 {
        text.append(UInt8(truncatingIfNeeded: cell.scalarBits))
      } else {
        cell.forEachScalar { text.append(contentsOf: UTF8.encode($0) ?? UTF8.encodedReplacementCharacter) }
      }
    }
  }

  /// A textual form with styles that stays the same as long as the picture does: for golden files.
  ///
  /// First the size, then the text of each row between bars, then for each row with a style of its own the styles as
  /// letters with the count of their columns (`a40 b3 a37`), then what each letter stands for, in order of appearance:
  /// `a fg=#c0c0c0 bg=default bold`. Rows wholly in the first style are left out.
  public func styledText() -> String {
    var legend = StyleLegend()
    var lines = ["\(size.width)x\(size.height)"]
    var styleLines: [String] = []
    for y in 0..<size.height {
      var line: [UInt8] = []
      append(row: y, trimming: false, to: &line)
      lines.append("|\(String(decoding: line, as: UTF8.self))|")
      let runs = legend.runs(of: row(y))
      if runs != "a\(size.width)" { styleLines.append("\(y): \(runs)") }
    }
    return (lines + ["styles"] + styleLines + ["legend"] + legend.lines).joined(separator: "\n") + "\n"
  }
}

/// Names styles `a`, `b` … `z`, `aa` … in the order in which they are met.
private struct StyleLegend {
  private var names: [UInt64: String] = [:]
  private(set) var lines: [String] = []

  mutating func runs(of cells: ArraySlice<Cell>) -> String {
    var runs: [(style: UInt64, count: Int)] = []
    for cell in cells {
      let style = cell.styleBits & Cell.styleMask
      if runs.last?.style == style { runs[runs.count - 1].count += 1 } else { runs.append((style, 1)) }
    }
    return runs.map { name($0.style) + String($0.count) }.joined(separator: " ")
  }

  private mutating func name(_ style: UInt64) -> String {
    if let name = names[style] { return name }
    let name = Self.letters(names.count)
    names[style] = name
    lines.append("\(name) \(Style(packed: style))")
    return name
  }

  private static func letters(_ number: Int) -> String {
    let last = String(UnicodeScalar(UInt8(0x61 + number % 26)))
    return number < 26 ? last : letters(number / 26 - 1) + last
  }
}

extension Style: CustomStringConvertible {
  /// `fg=#c0c0c0 bg=default bold underline`.
  public var description: String {
    let names: [(Attributes, String)] = [
      (.bold, "bold"), (.dim, "dim"), (.italic, "italic"), (.underline, "underline"), (.reverse, "reverse"),
    ]
    let parts = ["fg=\(foreground)", "bg=\(background)"] + names.filter { attributes.contains($0.0) }.map(\.1)
    return parts.joined(separator: " ")
  }
}
