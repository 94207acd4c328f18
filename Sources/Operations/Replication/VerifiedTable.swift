/// What a comparison found of one table.
public struct VerifiedTable: Sendable, Equatable, Codable {
  public var name: String
  public var summary: VerifySummary

  public init(name: String, summary: VerifySummary) {
    self.name = name
    self.summary = summary
  }
}

extension ReplicationLinkSnapshot {
  /// What comparisons begun after a moment have found of the named tables; of all where none is named.
  ///
  /// - Returns: nil where that is not known: of one that was named, or of none at all.
  public func verified(_ names: [String], since moment: Timestamp) -> [VerifiedTable]? {
    let found = tables.compactMap { table -> VerifiedTable? in
      guard names.isEmpty || names.contains(table.name), let summary = table.lastVerify, summary.at > moment else {
        return nil
      }
      return VerifiedTable(name: table.name, summary: summary)
    }
    return found.count < max(1, Set(names).count) ? nil : found
  }
}
