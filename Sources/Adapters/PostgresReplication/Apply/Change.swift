/// One change of one row, its values being fields of the batch it belongs to.
struct Change: Sendable, Equatable {
  enum Kind: UInt8, Sendable { case insert, update, delete, truncate }

  var kind: Kind
  var relation: UInt32
  /// First field of the old key or row; negative when none was sent.
  var old: Int32
  /// First field of the new row; negative for a delete.
  var new: Int32
  /// Whether `old` is the whole row, not only its key.
  var isOldWhole: Bool
}
