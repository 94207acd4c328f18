import Operations
import PostgresAdapter

/// What a link has to go on from: a slot at the source, and at the target how far it has come.
struct LinkStanding: Sendable, Equatable {
  var slot: SourceSlot?
  /// Zero where the link has none.
  var position: LSN
  /// Where the source has been told that everything before it is durable at the target, and the target's books stand
  /// before that: what lies between has been thrown away, and the target does not have it. So it is with a target that
  /// was restored, or that failed over to a server without its newest transactions.
  var forgotten: LSN?

  /// - Parameter slot: was read before the position, or it may be ahead of it only because both moved meanwhile.
  init(_ settings: LinkSettings, slot: SourceSlot?, position: LSN) {
    self.slot = slot
    self.position = position
    // A subscription's position is its server's to keep. A mistake that a test has planted is to be found by what comes
    // of it.
    let isOurs = settings.mode != .native && settings.traps.isEmpty
    if isOurs, position > .zero, let confirmed = slot?.confirmed, confirmed > position { forgotten = confirmed }
  }

  /// Whether the stream can go on: one is of no use without the other.
  var isWhole: Bool {
    slot.map { !$0.isLost && $0.foreignClaim == nil } == true && position > .zero && forgotten == nil
  }

  static func read(_ settings: LinkSettings, _ sides: Sides) async throws -> LinkStanding {
    let slot = try await SourceSlot.read(settings.slotName, on: sides.source)
    let position = try await LinkRecord.read(settings.directionName, on: sides.target)?.position
    return LinkStanding(settings, slot: slot, position: position ?? .zero)
  }
}
