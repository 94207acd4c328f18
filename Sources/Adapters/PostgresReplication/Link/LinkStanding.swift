import Operations
import PostgresAdapter

/// What a link has to go on from: a slot at the source, and at the target how far it has come.
struct LinkStanding: Sendable, Equatable {
  var slot: SourceSlot?
  /// Zero where the link has none.
  var position: LSN

  /// Whether the stream can go on: one is of no use without the other.
  var isWhole: Bool { slot.map { !$0.isLost && $0.foreignClaim == nil } == true && position > .zero }

  /// Both sides are asked at once.
  static func read(_ settings: LinkSettings, _ sides: Sides) async throws -> LinkStanding {
    async let record = LinkRecord.read(settings.directionName, on: sides.target)
    let slot = try await SourceSlot.read(settings.slotName, on: sides.source)
    return LinkStanding(slot: slot, position: try await record?.position ?? .zero)
  }
}
