import Operations
import PostgresAdapter

extension LinkTables {
  /// A table that was never copied and holds rows is somebody's: it is not emptied without being told to. Where others
  /// of the link have been copied they go on, and it waits alone.
  ///
  /// - Returns: reasons for which nothing goes on.
  mutating func setOccupiedAside(_ settings: LinkSettings, _ sides: Sides) async throws -> [String] {
    guard !settings.adopts else { return [] }
    let occupied = try await occupied(settings, sides)
    // Where changes come back as well, they would come from a table that is none of this link's yet.
    guard settings.mode == .stream, hasBegun else { return occupied.sorted { $0.key < $1.key }.map(\.value) }
    parked.merge(occupied) { $1 }
    return []
  }

  private var hasBegun: Bool {
    scope.included.contains { records[$0.name].map { $0.state != .waiting } ?? false }
  }

  /// What mends that, by table.
  private func occupied(_ settings: LinkSettings, _ sides: Sides) async throws -> [String: String] {
    var reasons: [String: String] = [:]
    for table in uncopied where (records[table.name]?.state ?? .waiting) == .waiting {
      guard let target = target[table.name] else { continue }
      // Where it cannot be read, that is an obstacle already.
      guard let holds = try await Self.holdsRows(target, sides.target), holds else { continue }
      reasons[table.name] =
        "\(table.name) holds rows at the target \(settings.targetNode) and was never copied: TRUNCATE "
        + "\(target.quotedName) there, "
        + (settings.mode == .snapshot
          ? "or leave it out (exclude)"
          : "leave it out (exclude), or let this link overwrite it with "
            + SyncRequest.baseline(settings.id, tables: [table.name]).command)
    }
    return reasons
  }

  /// - Returns: nil where the role may not look.
  private static func holdsRows(_ table: TableShape, _ connection: PostgresConnection) async throws -> Bool? {
    do {
      return try await connection.query(
        "SELECT EXISTS (SELECT FROM \(table.quotedName)) AS holds", timeout: .seconds(20)
      ).only().get("holds")
    } catch let error as PostgresError where error.sqlState == "42501" {
      return nil
    }
  }
}
