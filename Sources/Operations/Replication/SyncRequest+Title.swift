extension SyncRequest {
  /// `Verify public.account on aws-azure`.
  public var title: String {
    switch self {
    case .pause(let link): "Pause replication \(link)"
    case .resume(let link): "Resume replication \(link)"
    case .baseline(let link, let tables): "Copy \(Self.list(tables)) anew on \(link)"
    case .verify(let link, let tables): "Verify \(Self.list(tables)) on \(link)"
    case .repair(let link, let tables): "Repair \(Self.list(tables)) on \(link)"
    case .reverse(let link): "Reverse replication \(link)"
    case .now(let link): "Bring \(link) up to now"
    case .reapply(let link, let conflict, nil): "Put back the discarded version of conflict \(conflict) on \(link)"
    case .reapply(let link, let conflict, let row?):
      row.isDeletion
        ? "Delete \(row.name) as discarded in conflict \(conflict) on \(link)"
        : "Put back \(row.name) as discarded in conflict \(conflict) on \(link)"
    }
  }

  static func list(_ tables: [String]) -> String { tables.isEmpty ? "all tables" : tables.joined(separator: ", ") }
}

extension SyncAction {
  /// What the step does, for the journal: `drain aws-azure`.
  public var phrase: String {
    switch self {
    case .pause(let link): "pause \(link)"
    case .resume(let link): "resume \(link)"
    case .notePause(let link, let isPaused): "note down that \(link) \(isPaused ? "is paused" : "goes on")"
    case .drain(let link): "drain \(link)"
    case .baseline(let link, let tables): "copy \(SyncRequest.list(tables)) anew on \(link)"
    case .verify(let link, let tables): "verify \(SyncRequest.list(tables)) on \(link)"
    case .repair(let link, let tables): "repair \(SyncRequest.list(tables)) on \(link)"
    case .confirmDrained(let link): "look for what is left on \(link)"
    case .advanceSequences(let link): "set sequences past the source's on \(link)"
    case .advanceSequencesAlone(let link): "set sequences past what the target's rows have used on \(link)"
    case .reverse(let link, _): "reverse \(link)"
    case .snapshot(let link): "take a snapshot on \(link)"
    case .reapply(let link, let conflict): "put back the discarded version of conflict \(conflict) on \(link)"
    }
  }
}
