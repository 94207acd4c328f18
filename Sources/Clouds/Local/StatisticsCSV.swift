import Operations

/// HAProxy's statistics in CSV: a heading that names the columns, then a row for each proxy and server.
///
/// Source: HAProxy 2.6 Management Guide, 9.1 *CSV format*. Columns are found by name: their order grows with versions.
struct StatisticsCSV {
  private var columns: [Substring: Int] = [:]
  private(set) var rows: [[Substring]] = []

  /// - Throws: ``LocalCloudError`` when the text is no such table.
  init(_ text: String) throws {
    guard text.utf8.count <= 4 << 20 else { throw LocalCloudError("the statistics are larger than 4 MiB") }
    let lines = text.split(whereSeparator: \.isNewline)
    guard let heading = lines.first, heading.hasPrefix("# ") else {
      throw LocalCloudError("the answer is no HAProxy CSV; the URL should end in ;csv")
    }
    for (index, name) in Self.fields(heading.dropFirst(2)).enumerated() { columns[name] = index }
    for name in ["pxname", "svname", "status"] where columns[Substring(name)] == nil {
      throw LocalCloudError("the HAProxy CSV has no column \(name)")
    }
    rows = lines.dropFirst().map(Self.fields)
  }

  func value(_ column: String, of row: [Substring]) -> String {
    guard let index = columns[Substring(column)], row.indices.contains(index) else { return "" }
    return String(row[index])
  }

  /// Fields may be quoted; a quote inside is doubled.
  private static func fields(_ line: Substring) -> [Substring] {
    guard line.contains("\"") else { return line.split(separator: ",", omittingEmptySubsequences: false) }
    var fields: [Substring] = []
    var field = ""
    var quoted = false
    for character in line {
      switch character {
      case "\"": quoted.toggle()
      case "," where !quoted:
        fields.append(Substring(field))
        field = ""
      default: field.append(character)
      }
    }
    return fields + [Substring(field)]
  }
}
