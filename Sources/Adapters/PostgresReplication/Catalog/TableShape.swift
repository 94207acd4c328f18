/// A table as one side has it.
struct TableShape: Sendable, Equatable {
  struct Column: Sendable, Equatable {
    enum Identity: String, Sendable { case none = "", always = "a", byDefault = "d" }

    var name: String
    /// As PostgreSQL writes it where no schema but its own is searched: `numeric(12,2)`, `public.mood`.
    var type: String
    var isNotNull: Bool
    /// Computed from other columns: neither sent nor written.
    var isGenerated: Bool
    var identity: Identity
    /// Whether values of the type can be compared; `json`, `xml` and `point` cannot.
    var isComparable: Bool
    /// Whether the table fills it in by itself: a default, an identity, or generated.
    var hasDefault = false
    /// Whether nothing in the type was defined by a user, so that its binary form is the same on both sides.
    var isBuiltIn = false
    /// Where the type is an enum, or a domain or array of one.
    var enumeration: Enumeration?
    var keyForm = KeyForm.exact
    /// The column's collation, if it takes unlike texts as equal: `public.caseless`.
    var looseCollation: String?
    /// What that collation goes by, whatever its name.
    var looseRule: String?
    /// The type without its modifier; empty where only ``type`` is known.
    var bareType = ""

    /// What a value is cast to: a cast to `varchar(10)` cuts it without a word, where the column refuses what is too
    /// long.
    var castType: String { bareType.isEmpty ? type : bareType }
  }

  struct Enumeration: Sendable, Equatable {
    /// `public.mood`.
    var type: String
    var labels: [String]
  }

  struct UniqueIndex: Sendable, Equatable {
    var name: String
    /// In the table's order.
    var columns: [String]
  }

  var schema: String
  var table: String
  var columns: [Column]
  /// Columns of the primary key, or of the index that is the replica identity, in the table's order; empty without one.
  var key: [String]
  /// `d`, `n`, `f` or `i`, as in `pg_class.relreplident`; of a partitioned table what holds for all partitions, and `n`
  /// also where the index of an `i` is gone.
  var replicaIdentity: String
  /// Unique indexes besides the key's.
  var hasOtherUniqueIndexes: Bool
  /// Whether it refers to another table or is referred to.
  var hasForeignKeys: Bool
  /// Triggers of the application that would fire for what is applied.
  var triggers: [String]
  var isPartitioned: Bool
  /// Whether the session's role may act as its owner.
  var isOwned: Bool
  /// Heap and TOAST, in bytes; of all partitions.
  var bytes: UInt64
  /// The planner's estimate; negative when it has none.
  var rows: Double
  /// Every unique index that a row can be found by, the key's among them.
  var uniqueIndexes: [UniqueIndex] = []
  /// Triggers that fire even in a session that applies what another database did.
  var alwaysTriggers: [String] = []
  /// False for unlogged tables: their changes are not in the log.
  var isLogged = true
  /// Whether other tables inherit from it, or it from others; partitions do not count.
  var isInherited = false
  /// In `pg_class`, at the side that it was read from.
  var oid: Int64 = 0
  /// Names of the partitions that hold rows, without their schema.
  var partitions: [String] = []
  /// Whether some of them are foreign tables.
  var hasForeignPartitions = false

  /// Columns of the unique indexes.
  var uniqueKeys: [[String]] { uniqueIndexes.map(\.columns) }

  /// `public.account`.
  var name: String { "\(schema).\(table)" }

  var quotedName: String { SQLText.table(schema: schema, name: table) }

  /// What is sent and written: all but the generated ones.
  var plainColumns: [Column] { columns.filter { !$0.isGenerated } }

  /// Whether both are written alike.
  func hasForm(of other: TableShape) -> Bool {
    columns == other.columns && key == other.key && uniqueIndexes == other.uniqueIndexes
  }

  func column(_ name: String) -> Column? { columns.first { $0.name == name } }
}
