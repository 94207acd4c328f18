import Operations

/// What the journal tells of a link, so that a host that starts again leaves it as it was left. Pure.
struct LinkMemory: Sendable, Equatable {
  var isPaused = false
  /// Where it comes from since it was turned round last; nil where it goes as the configuration has it.
  var source: CloudID?
  /// A reversal was begun and its outcome is not known: nothing runs until it has been done again.
  var isReversing = false

  var rests: Bool { isPaused || isReversing }

  /// Reads a journal from its beginning.
  struct Reader {
    private(set) var links: [LinkID: LinkMemory] = [:]
    private var intended: [OperationID: SyncAction] = [:]

    mutating func read(_ entry: JournalEntry) {
      guard let operation = entry.operation else { return }
      switch entry.kind {
      case .stepIntended(_, .sync(let action)), .compensationIntended(_, .sync(let action)):
        intended[operation] = action
        if case .reverse(let link, _) = action { links[link, default: LinkMemory()].isReversing = true }
      case .stepDone, .compensationDone:
        if let action = intended.removeValue(forKey: operation) { done(action) }
      case .stepFailed, .stepRefused, .compensationFailed, .operationEnded:
        if case .reverse(let link, _) = intended.removeValue(forKey: operation) {
          links[link, default: LinkMemory()].isReversing = false
        }
      default: break
      }
    }

    private mutating func done(_ action: SyncAction) {
      switch action {
      case .pause(let link): links[link, default: LinkMemory()].isPaused = true
      case .resume(let link): links[link, default: LinkMemory()].isPaused = false
      case .reverse(let link, let source): links[link] = LinkMemory(source: source)
      default: break
      }
    }
  }
}
