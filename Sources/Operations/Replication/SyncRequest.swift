/// What an operator, or another engine, asks of a replication link. Each becomes a plan.
public enum SyncRequest: Sendable, Equatable, Codable {
  case pause(LinkID)
  case resume(LinkID)
  /// Copy tables anew; all of them when none is named.
  case baseline(LinkID, tables: [String])
  /// Compare rows; of all tables when none is named.
  case verify(LinkID, tables: [String])
  /// Make the target's differing rows equal to the source's; of all tables when none is named.
  case repair(LinkID, tables: [String])
  /// The target becomes the source.
  case reverse(LinkID)
  /// Apply everything that the source had committed when it was asked; in snapshot mode, take a snapshot now.
  case now(LinkID)
  /// Put the discarded version of a conflict back; of which row, where whoever asks knows it.
  case reapply(LinkID, conflict: Int64, of: DiscardedRow? = nil)

  public var link: LinkID {
    switch self {
    case .pause(let link), .resume(let link), .reverse(let link), .now(let link): link
    case .baseline(let link, _), .verify(let link, _), .repair(let link, _): link
    case .reapply(let link, _, _): link
    }
  }
}
