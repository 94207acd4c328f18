public import Operations
import Synchronization

/// What only an old primary has, of databases in memory: as real ones tell it, from the log behind the link's slot, or
/// where that is gone by comparing rows.
public final class SimulatedDivergence: DivergencePort {
  /// A row that both sides do not agree on. A nil value is no row.
  public struct Row: Sendable, Equatable {
    public enum Kind: Sendable, Equatable { case onlyOld, differs, deletedOld }

    public var table: String
    public var key: String
    public var kind: Kind
    public var old: String?
    public var new: String?
    /// False where it was merely compared.
    public var isCertain: Bool
  }

  private struct State: Sendable {
    var exports: [LinkID: [Row]] = [:]
    var fault: String?
  }

  private let databases: [CloudID: SimulatedDatabase]
  /// The two ends of each link, either way round.
  private let links: [LinkID: (CloudID, CloudID)]
  private let state = Mutex(State())

  public init(databases: [SimulatedDatabase], links: [LinkID: (CloudID, CloudID)]) {
    self.databases = Dictionary(databases.map { ($0.node, $0) }) { first, _ in first }
    self.links = links
  }

  /// Every call fails for that reason, with no effect, until it is set to nil.
  public func fail(_ reason: String?) { state.withLock { $0.fault = reason } }

  /// What was last exported for a link; nil until something was.
  public func exported(_ link: LinkID) -> [Row]? { state.withLock { $0.exports[link] } }

  public func export(
    _ cloud: CloudID, link: LinkID, progress: @escaping @Sendable (String) async -> Void
  ) async throws -> String {
    let (old, new) = try sides(cloud, link)
    let rows = try find(old, new)
    await progress("\(rows.count) rows")
    state.withLock { $0.exports[link] = rows }
    return "\(rows.count) rows in memory"
  }

  public func merge(
    _ cloud: CloudID, link: LinkID, progress: @escaping @Sendable (String) async -> Void
  ) async throws -> String {
    let (_, new) = try sides(cloud, link)
    guard let rows = exported(link) else { throw LinkFailure.blocked("nothing was exported: export first") }
    let wanted = rows.filter { $0.kind == .onlyOld }
    guard wanted.allSatisfy(\.isCertain) else {
      throw LinkFailure.blocked("rows may be such as \(new.node) deleted, for the log that would tell is gone")
    }
    var written = 0
    for row in wanted {
      let stands = try new.ask { $0.tables[row.table]?[row.key] != nil }
      guard !stands, let value = row.old else { continue }
      new.commit([SimulatedDatabase.Change(row.table, row.key, value)])
      written += 1
    }
    await progress("\(written) rows written")
    return "\(written) rows written, \(rows.count - written) left as \(new.node) has them"
  }

  private func sides(_ cloud: CloudID, _ link: LinkID) throws -> (old: SimulatedDatabase, new: SimulatedDatabase) {
    if let fault = state.withLock({ $0.fault }) { throw LinkFailure.unreachable(fault) }
    guard let ends = links[link], let old = databases[cloud], let new = databases[ends.0 == cloud ? ends.1 : ends.0]
    else { throw LinkFailure.blocked("there is no link \(link) of \(cloud)") }
    return (old, new)
  }

  private func find(_ old: SimulatedDatabase, _ new: SimulatedDatabase) throws -> [Row] {
    let slot = "signalbox_\(old.node)_\(new.node)"
    let book = try new.ask { $0.books["\(old.node)-\(new.node)"] }
    let (tables, hasSlot, log) = try old.ask { ($0.tables, $0.slots[slot] != nil, $0.log) }
    let standing = try new.ask { $0.tables }
    guard hasSlot, let book else {
      return tables.keys.sorted().flatMap { table in
        (tables[table] ?? [:]).sorted { $0.key < $1.key }.compactMap { key, value in
          Self.row(table, key, value, standing[table]?[key], existed: nil)
        }
      }
    }
    var seen: Set<[String]> = []
    var rows: [Row] = []
    for transaction in log where transaction.end > book.position {
      for change in transaction.changes where seen.insert([change.table, change.key]).inserted {
        // Only an earlier part of the log tells whether it was there before.
        let existed =
          log.last { $0.end <= book.position && $0.changes.contains { Self.isSame($0, change) } }?.changes
          .last { Self.isSame($0, change) }?.value != nil
        let found = Self.row(
          change.table, change.key, tables[change.table]?[change.key], standing[change.table]?[change.key],
          existed: existed)
        if let found { rows.append(found) }
      }
    }
    return rows
  }

  private static func isSame(_ left: SimulatedDatabase.Change, _ right: SimulatedDatabase.Change) -> Bool {
    left.table == right.table && left.key == right.key
  }

  private static func row(_ table: String, _ key: String, _ old: String?, _ new: String?, existed: Bool?) -> Row? {
    let kind: Row.Kind
    switch (old, new) {
    case (nil, nil): return nil
    case (nil, _):
      if existed == false { return nil }
      kind = .deletedOld
    case (_, nil): kind = existed == true ? .differs : .onlyOld
    case (let old, let new):
      if old == new { return nil }
      kind = .differs
    }
    return Row(table: table, key: key, kind: kind, old: old, new: new, isCertain: existed != nil)
  }
}
