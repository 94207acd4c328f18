/// What only an old primary has: rows that were committed there and never reached the new one.
///
/// It is told from the log that the link's slot at the old primary still holds, behind what is durable at the new one.
/// Rows alone would not tell: one that was deleted at the new primary since looks like one that only the old one has.
/// Where the slot is gone, rows are compared all the same, and the outcome says that it may list too much.
public protocol DivergencePort: Sendable {
  /// Writes them, and both versions of those that differ, to a file beside the journal, readable by its owner alone.
  /// Changes neither database. May be repeated: the file is written anew, whole or not at all.
  ///
  /// - Parameter cloud: the old primary; it is fenced already.
  /// - Returns: for a person: `3 rows of 2 tables in /var/lib/signalbox/divergence-aws-azure.jsonl`.
  /// - Throws: when it cannot be told what only it has, or the file could not be made durable.
  func export(_ cloud: CloudID, link: LinkID, progress: @escaping @Sendable (String) async -> Void) async throws
    -> String

  /// Writes the exported rows that the new primary does not have there; of two versions of a row the new primary's
  /// stays. Repeated, it writes nothing twice.
  ///
  /// - Returns: for a person: `2 rows written, 1 left as the new primary has it`.
  /// - Throws: when nothing was exported, or the new primary refuses a row; what was written stays.
  func merge(_ cloud: CloudID, link: LinkID, progress: @escaping @Sendable (String) async -> Void) async throws
    -> String
}
