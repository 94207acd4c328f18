/// The row that a conflict is about, as whoever asks for its discarded version has seen it: a number says little to a
/// person.
public struct DiscardedRow: Sendable, Equatable, Codable {
  /// `public.account`.
  public var table: String
  /// `id=42`.
  public var key: String
  /// Whether what was discarded is its deletion.
  public var isDeletion: Bool

  public init(table: String, key: String, isDeletion: Bool) {
    self.table = table
    self.key = key
    self.isDeletion = isDeletion
  }

  public init(_ conflict: ReplicationConflict) {
    self.init(table: conflict.table, key: conflict.key, isDeletion: conflict.discardedIsDeleted)
  }

  private static let keyLimit = 60

  /// `public.account id=42`; a key may be as long as a row.
  public var name: String { "\(table) \(key.count > Self.keyLimit ? "\(key.prefix(Self.keyLimit))…" : key)" }
}
