import Operations

/// The journal as one life of a controller writes and reads it.
struct LifeJournal: JournalPort {
  let life: Life
  private var disk: Disk { life.controller.disk }

  func append(_ draft: JournalEntry.Draft) async throws -> JournalEntry {
    try await life.process.gate(sending: true)
    if life.world.mutation == .dropsIntents, case .stepIntended = draft.kind {
      return JournalEntry(
        sequence: 0, at: draft.at, operation: draft.operation, actor: draft.actor, kind: draft.kind, hash: "",
        previousHash: "")
    }
    let (entry, death) = try disk.write(draft)
    guard let death else {
      life.world.note(.journalled(entry, by: life.controller.index))
      return entry
    }
    if death == .after { life.world.note(.journalled(entry, by: life.controller.index)) }
    life.controller.kill("killed while it wrote “\(Self.word(draft.kind))”, \(death)")
    try await life.process.gate()
    throw CancellationError()
  }

  private static func word(_ kind: JournalEntry.Kind) -> String {
    String("\(kind)".prefix { $0 != "(" })
  }

  func entries(after sequence: Int64, limit: Int) async throws -> [JournalEntry] {
    try await life.process.gate()
    return Array(disk.entries.dropFirst(Int(sequence)).prefix(limit))
  }

  func newest(_ limit: Int) async throws -> [JournalEntry] {
    try await life.process.gate()
    return Array(disk.entries.suffix(limit))
  }

  func unfinished() async throws -> [JournalEntry] {
    try await life.process.gate()
    var open: Set<OperationID> = []
    for entry in disk.entries {
      guard let id = entry.operation else { continue }
      switch entry.kind {
      case .operationStarted: open.insert(id)
      case .operationEnded: open.remove(id)
      default: continue
      }
    }
    return disk.entries.filter { $0.operation.map(open.contains) ?? false }
  }

  func entries(of operation: OperationID) async throws -> [JournalEntry] {
    try await life.process.gate()
    return disk.entries.filter { $0.operation == operation }
  }

  func checkWritable() async throws {
    try await life.process.gate()
    if disk.isFull > 0 { throw Disk.Full() }
  }
}
