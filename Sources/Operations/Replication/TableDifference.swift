/// A row that is not the same on both sides, proven at rest.
public struct TableDifference: Sendable, Equatable, Codable {
  public enum Kind: String, Sendable, Codable { case missing, surplus, unlike }

  /// `public.account`.
  public var table: String
  /// `id=42`; for a table without a key the row itself.
  public var key: String
  public var kind: Kind
  /// What finds the row again: the values of the key's columns in their order, or the row's text where there is no key.
  public var keyValues: [String?]

  public init(table: String, key: String, kind: Kind, keyValues: [String?] = []) {
    self.table = table
    self.key = key
    self.kind = kind
    self.keyValues = keyValues
  }
}
