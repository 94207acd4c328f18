/// What a person says to it while it runs. It is taken down in three strokes, so that no step begins between a person's
/// word and its being durable: `ask`, then the journal, then `decide`.
extension OperationMachine {
  /// Whether nothing more begins until a person has spoken, or what was said is durable.
  public var holds: Bool { undecided != nil || (snapshot.isPaused && abortedBy == nil) }

  /// Whether what is performed now may be cut short by an abort.
  var isWatching: Bool { phase == .performing && !isTakingBack && !plan.steps[index].action.mutates }

  /// Whether it was aborted before what it is about to watch began to be watched.
  var isCutShort: Bool { isWatching && abortedBy != nil }

  /// No step but the one that runs begins from here on, until `decide`.
  ///
  /// - Returns: why it is refused; nil where it is not.
  mutating func ask(_ control: OperationControl) -> String? {
    if phase == .ended || phase == .recordingEnd { return "“\(snapshot.title)” has ended" }
    if isTakingBack || abortedBy != nil { return "“\(snapshot.title)” is being taken back already" }
    if undecided != nil { return "another order is being taken down; try again" }
    switch control {
    case .pause where snapshot.isPaused: return "“\(snapshot.title)” is paused already"
    case .resume where !snapshot.isPaused: return "“\(snapshot.title)” is not paused"
    case .abort:
      if isPastReturn {
        return "“\(snapshot.title)” is past its point of no return; going back is a plan of its own"
      }
    default: break
    }
    undecided = control
    return nil
  }

  /// It is durable, and counts.
  ///
  /// - Returns: why it comes too late; nil where it does not.
  mutating func decide(by actor: String) -> String? {
    defer { undecided = nil }
    if phase == .ended || phase == .recordingEnd { return "“\(snapshot.title)” has ended meanwhile" }
    if isTakingBack { return "“\(snapshot.title)” is being taken back already" }
    switch undecided {
    case .pause: snapshot.isPaused = true
    case .resume: snapshot.isPaused = false
    case .abort:
      abortedBy = actor
      snapshot.isPaused = false
    case nil: break
    }
    return nil
  }

  /// It could not be made durable, and does not count.
  mutating func withdraw() { undecided = nil }
}
