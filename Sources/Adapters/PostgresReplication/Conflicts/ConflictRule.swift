import Operations

/// Decides what becomes of a change that arrives where others change the same rows. Pure.
///
/// What the source knew of is never a conflict: it was changed in that knowledge. Of two changes that did not know of
/// each other the later wins, on both sides the same. The side that overwrites a version logs it, so that each is logged
/// once.
enum ConflictRule {
  enum Arriving: Sendable, Equatable { case insert, update, delete }

  /// What the target has under the key.
  enum Standing: Sendable, Equatable {
    case row(RowVersion)
    /// Deleted, and when.
    case tombstone(RowVersion)
    /// Never there, or deleted so long ago that both sides have passed it.
    case nothing
  }

  enum Decision: Sendable, Equatable {
    /// Write it; when a version is overwritten that the source did not know of, log that one.
    case apply(logging: ReplicationConflict.Kind?)
    /// The target's version is the later one; the other side will log this one when that arrives there.
    case drop
  }

  /// - Parameters:
  ///   - known: the target's own transactions that the source knew of.
  static func decide(
    _ arriving: Arriving, _ version: RowVersion, on standing: Standing, known: KnownCommits
  ) -> Decision {
    switch standing {
    case .row(let own):
      let kind: ReplicationConflict.Kind =
        switch arriving {
        case .insert: .insertInsert
        case .update: .updateUpdate
        case .delete: .deleteUpdate
        }
      return decide(own, version, known, kind)
    case .tombstone(let deleted):
      return decide(deleted, version, known, arriving == .delete ? nil : .updateDelete)
    case .nothing:
      return .apply(logging: arriving == .update ? .missingRow : nil)
    }
  }

  /// Of two rows that claim one unique value the later one stays.
  ///
  /// - Parameter other: the version of the row that has the value at the target.
  static func collides(_ version: RowVersion, with other: RowVersion) -> Decision {
    other < version ? .apply(logging: .uniqueKey) : .drop
  }

  private static func decide(
    _ own: RowVersion, _ version: RowVersion, _ known: KnownCommits, _ kind: ReplicationConflict.Kind?
  ) -> Decision {
    // What came from the source, it knew of.
    if own.node == version.node { return .apply(logging: nil) }
    switch known[own.committedAt] {
    case .known: return .apply(logging: nil)
    // To log one too many is better than to lose one unseen.
    case .probablyKnown: return .apply(logging: kind)
    case .unknown: return own < version ? .apply(logging: kind) : .drop
    }
  }
}
