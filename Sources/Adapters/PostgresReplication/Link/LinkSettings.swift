public import Operations
public import PostgresAdapter

/// One direction of replication between two databases.
public struct LinkSettings: Sendable, Equatable {
  /// What to do with a table that has neither a primary key nor a replica identity of its own.
  public enum Keyless: String, Sendable, CaseIterable {
    /// Left out, and said so.
    case refuse
    /// Taken in with `REPLICA IDENTITY FULL`: each change is found by its whole old row.
    case full
    /// Taken in for inserts only; updates and deletes of it are not carried over.
    case insertOnly = "insert-only"
  }

  public var id: LinkID
  public var mode: ReplicationMode
  public var sourceNode: CloudID
  public var targetNode: CloudID
  /// The operator role's way in, at each side.
  public var source: PostgresSettings
  public var target: PostgresSettings
  /// Schemas whose tables are replicated.
  public var schemas: [String]
  /// Tables that are left out, `schema.table`; `*` stands for any characters.
  public var excluded: [String]
  public var keyless: Keyless
  /// Whoever holds a lower one is refused by the target.
  public var generation: Generation
  /// Tables copied at once in a baseline.
  public var parallelCopies: Int
  /// Above it, conflicts cannot be resolved by time and `stream-both` is blocked.
  public var clockSkewLimit: Duration
  /// Whether the target's tables are taken for equal when the link is made, instead of being copied: it is the way back
  /// of a link that copied them.
  public var adopts = false
  /// Between two snapshots, from end to beginning.
  public var snapshotInterval: Duration = .seconds(600)
  /// The column in which the application keeps when a row was last changed. Of two versions of a row a snapshot keeps
  /// the later one by it; tables without it become as the source has them.
  public var timestampColumn: String?
  /// How the target's server reaches the source's, in native mode; nil where it does as we do.
  public var nativeRoute: NativeRoute?
  /// Memory that the source's server may use to decode one transaction, in megabytes, and a quarter of it besides for
  /// what is decoded and waits to be sent. What does not fit it writes to its disk and reads again, which takes longer
  /// than the decoding.
  public var decodingMegabytes = 256
  /// Discarded versions are thrown away when they are older.
  public var conflictsKept: Duration = .seconds(90 * 86_400)
  var backlog = BacklogLimits()
  var pruning = Pruning.Pace()
  /// The source is asked for an answer each second; one that decodes much and sends nothing may owe it for long.
  var silenceBorne: Duration = .seconds(60)
  /// For tests of this package alone.
  var traps: ApplyTraps = []

  public init(
    id: LinkID, mode: ReplicationMode, sourceNode: CloudID, targetNode: CloudID, source: PostgresSettings,
    target: PostgresSettings, schemas: [String] = ["public"], excluded: [String] = [], keyless: Keyless = .refuse,
    generation: Generation = Generation(1), parallelCopies: Int = 2, clockSkewLimit: Duration = .milliseconds(500)
  ) {
    self.id = id
    self.mode = mode
    self.sourceNode = sourceNode
    self.targetNode = targetNode
    self.source = source
    self.target = target
    self.schemas = schemas
    self.excluded = excluded
    self.keyless = keyless
    self.generation = generation
    self.parallelCopies = parallelCopies
    self.clockSkewLimit = clockSkewLimit
  }

  /// The row by which lag is measured from outside. It goes along where it is made on one side only.
  static let heartbeat = "signalbox.heartbeat"

  /// Those of the tables, and the one with the heartbeat.
  var searchedSchemas: [String] { schemas + (schemas.contains("signalbox") ? [] : ["signalbox"]) }

  /// Slot and publication at the source; one name for each direction. PostgreSQL allows lower case, digits and `_`,
  /// and 63 bytes with what a publication adds.
  public var slotName: String { "signalbox_" + Self.identifier("\(sourceNode)_\(targetNode)") }

  /// Of tables with all their changes, and of tables of which only inserts can be told.
  public var publications: [String] { [slotName, slotName + "_inserts"] }

  /// The link's name in the bookkeeping of both sides.
  public var directionName: String { "\(sourceNode)-\(targetNode)" }

  /// The same link the other way round.
  var reversed: LinkSettings {
    var settings = self
    (settings.sourceNode, settings.targetNode) = (targetNode, sourceNode)
    (settings.source, settings.target) = (target, source)
    return settings
  }

  /// A session at the source in which its log is decoded.
  func decodingSession(purpose: String) -> PostgresSettings {
    var session = session(source, purpose: purpose)
    session.sessionSettings["logical_decoding_work_mem"] = "\(decodingMegabytes)MB"
    return session
  }

  private static func identifier(_ text: String) -> String {
    String(text.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }.prefix(45))
  }

  /// Settings that make a value's text the same wherever it is written.
  public static let canonicalText = [
    "datestyle": "ISO", "intervalstyle": "postgres", "extra_float_digits": "3", "timezone": "UTC",
    "bytea_output": "hex", "lc_monetary": "C", "xmloption": "content",
  ]

  /// A session at a side, for this link's work.
  public func session(_ settings: PostgresSettings, purpose: String) -> PostgresSettings {
    var settings = settings
    settings.applicationName = "signalbox \(directionName) \(purpose)"
    settings.sessionSettings.merge(Self.canonicalText) { own, _ in own }
    // The planner takes the questions to the catalog for costly, and compiling them takes a second each.
    settings.sessionSettings["jit"] = "off"
    // What is told to be durable must be, whatever the server or the role has for its default.
    settings.sessionSettings["synchronous_commit"] = "on"
    // Each statement has to see what was committed before it: rows are looked for, and written by another statement.
    settings.sessionSettings["default_transaction_isolation"] = "read committed"
    // A policy that came after the link was looked at must be an error then, not rows that are not there.
    settings.sessionSettings["row_security"] = "off"
    return settings
  }
}
