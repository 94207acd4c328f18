public import Operations

/// Both databases beside each other, once nobody writes.
public struct SidesCheck: Sendable, Equatable, Codable {
  public struct Table: Sendable, Equatable, Codable {
    public var name: String
    /// By cloud, in the order of ``SidesCheck/clouds``; nil where the table is missing.
    public var rows: [Int?]
    public var isEqual: Bool
  }

  public var clouds: [CloudID]
  public var tables: [Table]
  /// From the users' leaving to the first comparison without a difference; nil when there was none in time.
  public var equalAfterSeconds: Double?

  public var differing: Int { tables.count { !$0.isEqual } }

  public init(clouds: [CloudID], tables: [Table], equalAfterSeconds: Double?) {
    self.clouds = clouds
    self.tables = tables
    self.equalAfterSeconds = equalAfterSeconds
  }

  /// - Parameter sides: what each cloud's database holds.
  public init(comparing sides: [(cloud: CloudID, tables: [TableDigest])], equalAfterSeconds: Double? = nil) {
    clouds = sides.map(\.cloud)
    let names = Set(sides.flatMap { $0.tables.map(\.name) }).sorted()
    tables = names.map { name in
      let found = sides.map { side in side.tables.first { $0.name == name } }
      let first = found.first ?? nil
      return Table(
        name: name, rows: found.map { $0?.rows }, isEqual: first != nil && found.allSatisfy { $0 == first })
    }
    self.equalAfterSeconds = equalAfterSeconds
  }
}

/// A table's rows, as a number and a hash that do not depend on their order.
public struct TableDigest: Sendable, Equatable {
  /// `public.tasks`.
  public var name: String
  public var rows: Int
  public var hash: String

  public init(name: String, rows: Int, hash: String) {
    self.name = name
    self.rows = rows
    self.hash = hash
  }
}
