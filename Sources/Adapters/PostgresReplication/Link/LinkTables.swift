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
  /// Tables that were copied and followed, and are others at the source by now, or were out of the publication for a
  /// time: what they hold was not sent.
  var replaced: Set<String> = []
  /// Tables whose copy a subscription was asked for, and of which the same is true: the copy lacks something, or will.
  var broken: Set<String> = []

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
    let others = try await others(settings, scope, records, sides.source)
    return LinkTables(
      scope: scope, target: shapes, parked: parked, records: records, rebuilding: rebuilding,
      lacksForeignKeys: steps.contains { $0.kind == .foreignKey },
      replaced: others.filter { records[$0]?.state == .streaming },
      broken: others.filter { records[$0]?.state == .copying })
  }

  /// Tables that are others at the source than those that somebody counts on, or that are not published.
  private static func others(
    _ settings: LinkSettings, _ scope: ScopedTables, _ records: [String: LinkTableRecord], _ source: PostgresConnection
  ) async throws -> Set<String> {
    guard settings.mode != .snapshot else { return [] }
    let followed = scope.included.filter { records[$0.name]?.isCountedOn == true }
    let published = followed.isEmpty ? [:] : try await Publication.published(settings, on: source)
    // Publications that are gone altogether are made anew.
    let isPublished = settings.publications.allSatisfy { published[$0] != nil }
    let names = published.values.reduce(into: Set<String>()) { $0.formUnion($1) }
    return Set(
      followed.filter { table in
        let isOther = records[table.name]?.origin.map { $0 != table.shape.oid } ?? false
        return isOther || (isPublished && !names.contains(table.shape.quotedName))
      }.map(\.name))
  }

  private static func steps(_ settings: LinkSettings, _ target: PostgresConnection) async throws -> [RebuildStep] {
    guard try await Bookkeeping.exists("link_rebuild", on: target) else { return [] }
    return try await Rebuild(settings: settings).pending(on: target)
  }

  /// Whether the target has what a new slot could not follow on. What is left out has no copy that anybody counts on, and
  /// one that is under way begins anew.
  var hasCopies: Bool {
    scope.included.contains { records[$0.name].map { $0.ready != nil && $0.state != .copying } ?? false }
  }

  /// Whether changes are applied to some table.
  var isFollowed: Bool { scope.included.contains { records[$0.name]?.state == .streaming } }

  /// Whether the subscription was asked for the copy of a table, and it will be whole.
  func isAskedFor(_ table: String) -> Bool { records[table]?.isAskedFor == true && !broken.contains(table) }

  /// Tables that the subscription carries. It would end over one that the target lacks, and what is set aside has no use
  /// for changes.
  ///
  /// - Parameter aside: that are set aside where nothing is remembered of them.
  func carried(without aside: Set<String> = []) -> [ScopedTable] {
    scope.included.filter { table in
      let isAside = records[table.name].map { $0.state == .parked } ?? aside.contains(table.name)
      return parked[table.name] == nil && !replaced.contains(table.name) && !isAside
    }
  }

  /// Tables that are to be copied, parked and refused ones left out.
  var uncopied: [ScopedTable] {
    scope.included.filter { table in
      parked[table.name] == nil
        && (records[table.name].map { $0.state == .waiting || $0.state == .copying } ?? true)
    }
  }
}

extension LinkTableRecord {
  /// Whether the subscription was asked for the copy, in mode native: `ready` is where the source was then.
  var isAskedFor: Bool { state == .copying && ready != nil }

  fileprivate var isCountedOn: Bool { state == .streaming || isAskedFor }
}
