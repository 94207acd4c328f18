import Operations
import PostgresAdapter

/// The tables of a link as both sides show them, and what the target remembers of each.
struct LinkTables: Sendable {
  var scope: ScopedTables
  /// The target's tables, by name.
  var target: [String: TableShape]
  /// Why tables differ too much to be replicated, by table.
  var parked: [String: String]
  /// By table.
  var records: [String: LinkTableRecord]
  /// Tables whose indexes have yet to be made again after a copy.
  var rebuilding: Set<String>
  /// Whether foreign keys have yet to be made again after a copy. Those that only wait for their validation are there.
  var lacksForeignKeys: Bool

  static func read(_ settings: LinkSettings, _ sides: Sides) async throws -> LinkTables {
    async let atSource = TableCatalog.tables(on: sides.source, in: settings.searchedSchemas)
    let target = try await TableCatalog.tables(on: sides.target, in: settings.searchedSchemas)
    let steps = try await steps(settings, sides.target)
    let rebuilding = Set(steps.filter { $0.kind == .index }.map(\.table))
    let comparison = SchemaComparison(
      targetTypes: try await TableCatalog.userTypes(on: sides.target), rebuilding: rebuilding,
      isBothWays: settings.mode == .streamBoth, isWayBack: settings.adopts)
    let records = try await LinkTableRecord.all(of: settings.directionName, on: sides.target)
    let scope = ScopedTables(source: try await atSource, settings: settings)
    let shapes = Dictionary(target.map { ($0.name, $0) }) { first, _ in first }
    var parked: [String: String] = [:]
    for table in scope.included {
      parked[table.name] = comparison.differences(of: table, at: shapes[table.name]).reason
    }
    return LinkTables(
      scope: scope, target: shapes, parked: parked, records: records, rebuilding: rebuilding,
      lacksForeignKeys: steps.contains { $0.kind == .foreignKey })
  }

  private static func steps(_ settings: LinkSettings, _ target: PostgresConnection) async throws -> [RebuildStep] {
    guard try await Bookkeeping.exists("link_rebuild", on: target) else { return [] }
    return try await Rebuild(settings: settings).pending(on: target)
  }

  /// Whether the target has what a new slot could not follow on. What is left out has no copy that anybody counts on.
  var hasCopies: Bool { scope.included.contains { records[$0.name]?.ready != nil } }

  /// Tables that are to be copied, parked and refused ones left out.
  var uncopied: [ScopedTable] {
    scope.included.filter { table in
      parked[table.name] == nil
        && (records[table.name].map { $0.state == .waiting || $0.state == .copying } ?? true)
    }
  }
}
