/// A table as the source's stream describes it. Generated columns are not in it.
public struct SourceRelation: Sendable, Equatable {
  /// What tells the source's old rows apart.
  public enum Identity: UInt8, Sendable {
    case standard = 0x64
    case nothing = 0x6E
    case full = 0x66
    case index = 0x69
  }

  public struct Column: Sendable, Equatable {
    public var name: String
    /// Whether it is part of the replica identity.
    public var isKey: Bool
    public var typeOID: UInt32
    public var typeModifier: Int32

    public init(name: String, isKey: Bool, typeOID: UInt32, typeModifier: Int32 = -1) {
      self.name = name
      self.isKey = isKey
      self.typeOID = typeOID
      self.typeModifier = typeModifier
    }
  }

  public var oid: UInt32
  public var schema: String
  public var table: String
  public var identity: Identity
  public var columns: [Column]

  public init(oid: UInt32, schema: String, table: String, identity: Identity, columns: [Column]) {
    self.oid = oid
    self.schema = schema
    self.table = table
    self.identity = identity
    self.columns = columns
  }

  /// `public.account`.
  public var name: String { "\(schema).\(table)" }
}
