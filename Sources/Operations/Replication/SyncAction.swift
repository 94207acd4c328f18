/// A step of a replication plan.
public enum SyncAction: Sendable, Equatable, Codable {
  case pause(LinkID)
  case resume(LinkID)
  /// Have the target's books say whether an operator has paused the link, for whichever host takes over. What cannot be
  /// told now is told later.
  case notePause(LinkID, isPaused: Bool)
  /// Wait until everything that the source had committed, when the step began, is durable at the target.
  case drain(LinkID)
  /// Hold the link, and make sure that nothing more can come from the source: neither a change left in its log nor a
  /// transaction that is open and has written.
  case confirmDrained(LinkID)
  /// Empty the named tables at the target and copy them anew.
  case baseline(LinkID, tables: [String])
  case verify(LinkID, tables: [String])
  case repair(LinkID, tables: [String])
  /// Set the target's sequences past the source's.
  case advanceSequences(LinkID)
  /// Set the target's sequences past what its own rows have used: the source cannot be asked.
  case advanceSequencesAlone(LinkID)
  /// Stop the link, make one that comes from the named side, from a slot that is created first, and start it. One that
  /// comes from there already is left as it is.
  case reverse(LinkID, source: CloudID)
  case snapshot(LinkID)
  case reapply(LinkID, conflict: Int64)

  /// Whether performing it changes anything outside this program.
  public var mutates: Bool {
    switch self {
    case .drain, .confirmDrained, .verify: false
    case .pause, .resume, .notePause, .baseline, .repair, .advanceSequences, .advanceSequencesAlone, .reverse,
      .snapshot, .reapply:
      true
    }
  }
}
