/// How near a slot is to being lost, or its source's disk to being full.
public enum SlotAlarm: String, Sendable, Codable, Comparable, CaseIterable {
  /// Three quarters of what the source keeps for it is used; or, where it sets no limit, more log is kept than the
  /// link's alarm allows.
  case near
  /// Nine tenths of it.
  case short
  /// Past the limit: lost at the next checkpoint, if not already.
  case lost

  public static func < (left: SlotAlarm, right: SlotAlarm) -> Bool { left.rank < right.rank }

  private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

  public init?(_ slot: ReplicationLinkSnapshot.Slot, logAlarmBytes: UInt64) {
    guard let safeBytes = slot.safeBytes else {
      guard slot.retainedBytes > logAlarmBytes else { return nil }
      self = .near
      return
    }
    let limit = Double(slot.retainedBytes) + Double(max(0, safeBytes))
    switch Double(safeBytes) {
    case ...0: self = .lost
    case ..<(limit / 10): self = .short
    case ..<(limit / 4): self = .near
    default: return nil
    }
  }
}

extension ReplicationLinkSnapshot {
  /// As the slot was last seen; nil while there is no need to look.
  public var slotAlarm: SlotAlarm? { slot.flatMap { SlotAlarm($0.value, logAlarmBytes: logAlarmBytes) } }
}
