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
  /// Until where the source's log is the one that the target has applied, and it has applied more: the source was
  /// restored, or failed over to a server without its newest transactions, and what it commits in their place would be
  /// passed over.
  var parted: LSN?
  /// The source's, where there is a position to go on from and it could be told.
  var timeline: UInt32?
  /// On which the position is, by the target's books.
  var knownTimeline: UInt32?

  /// - Parameter slot: was read before the position, or it may be ahead of it only because both moved meanwhile.
  private init(_ settings: LinkSettings, slot: SourceSlot?, position: LSN) {
    self.slot = slot
    self.position = position
    if Self.isOurs(settings), position > .zero, let confirmed = slot?.confirmed, confirmed > position {
      forgotten = confirmed
    }
  }

  /// A subscription's position is its server's to keep. A mistake that a test has planted is to be found by what comes
  /// of it.
  private static func isOurs(_ settings: LinkSettings) -> Bool {
    (settings.mode == .stream || settings.mode == .streamBoth) && settings.traps.isEmpty
  }

  /// Whether the stream can go on: one is of no use without the other.
  var isWhole: Bool { slot.map { !$0.isLost && $0.foreignClaim == nil } == true && position > .zero && !hasParted }

  /// Whether one of the sides does not have what the other takes for granted.
  var hasParted: Bool { forgotten != nil || parted != nil }

  static func read(_ settings: LinkSettings, _ sides: Sides) async throws -> LinkStanding {
    let slot = try await SourceSlot.read(settings.slotName, on: sides.source)
    let position = try await LinkRecord.read(settings.directionName, on: sides.target)?.position
    return try await read(settings, sides, slot: slot, position: position ?? .zero)
  }

  /// - Parameters: as they were read, the slot first.
  static func read(
    _ settings: LinkSettings, _ sides: Sides, slot: SourceSlot?, position: LSN
  ) async throws -> LinkStanding {
    var standing = LinkStanding(settings, slot: slot, position: position)
    guard isOurs(settings), slot != nil, position > .zero, let log = try await SourceLog.read(on: sides.source) else {
      return standing
    }
    standing.timeline = log.timeline
    standing.knownTimeline = try await SourceLog.known(of: settings.directionName, on: sides.target)
    let agreement = try await log.agreement(with: standing.knownTimeline, settings)
    if agreement < position { standing.parted = agreement }
    return standing
  }
}
