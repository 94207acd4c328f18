/// An index or constraint that was taken away for a copy, in `signalbox.link_rebuild`.
struct RebuildStep: Sendable, Equatable {
  enum Kind: Sendable { case index, foreignKey, validation }

  var table: String
  var ordinal: Int
  var name: String
  /// The statement that makes it again.
  var definition: String

  static let firstForeignKey = 1000
  static let firstValidation = 2000

  var kind: Kind {
    ordinal >= Self.firstValidation ? .validation : ordinal >= Self.firstForeignKey ? .foreignKey : .index
  }
}
