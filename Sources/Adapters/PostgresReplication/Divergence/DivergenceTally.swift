import Operations

/// What an export found, for a person. It counts, and holds no value of any row.
struct DivergenceTally: Sendable {
  let settings: LinkSettings
  private var counts: [DivergentRow.Kind: Int] = [:]
  private var tables: Set<String> = []
  /// Why rows were compared where the log should have told; nil where it did.
  var comparedBecause: String?
  /// Tables of which nothing can be told, each with the reason.
  var untold: [String] = []

  init(settings: LinkSettings) { self.settings = settings }

  mutating func add(_ row: DivergentRow) {
    counts[row.kind, default: 0] += row.count ?? 1
    tables.insert(row.table)
  }

  var rows: Int { counts.reduce(0) { $0 + ($1.key == .emptiedOld ? 0 : $1.value) } }

  /// `3 rows of 2 tables in /var/lib/signalbox/divergence-aws-azure-12.jsonl: 2 only at aws, 1 unlike`.
  func text(_ path: String) -> String {
    let (old, new) = (settings.sourceNode, settings.targetNode)
    let parts = DivergentRow.Kind.allCases.compactMap { kind -> String? in
      guard let count = counts[kind] else { return nil }
      return switch kind {
      case .onlyOld: "\(count) only at \(old)"
      case .differs: "\(count) unlike"
      case .deletedOld: "\(count) deleted at \(old)"
      case .emptiedOld: "\(count) \(count == 1 ? "table" : "tables") emptied at \(old)"
      }
    }
    var text =
      parts.isEmpty
      ? "\(new) has everything that \(old) has; \(path) is empty"
      : "\(rows) \(rows == 1 ? "row" : "rows") of \(tables.count) \(tables.count == 1 ? "table" : "tables") in \(path): "
        + parts.joined(separator: ", ")
    if let comparedBecause {
      text += "; \(comparedBecause), so rows were compared: what \(new) has changed or deleted since is listed too"
    }
    if !untold.isEmpty { text += "; not told: \(untold.joined(separator: "; "))" }
    return text
  }
}
