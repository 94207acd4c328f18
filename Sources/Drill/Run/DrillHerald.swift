import Operations

/// Tells the host how a drill goes on, so that every console that looks at it sees it. Only the newest word counts, and
/// a host that is slow, dead or of an older version holds nothing up.
actor DrillHerald {
  private let stage: any DrillStage
  private var newest: DrillSnapshot?
  private var sending: Task<Void, Never>?

  init(_ stage: any DrillStage) { self.stage = stage }

  func tell(_ drill: DrillSnapshot) {
    newest = drill
    guard sending == nil else { return }
    sending = Task { await self.send() }
  }

  /// Says that it is over, also of a drill that was interrupted.
  func end() async {
    newest = nil
    await sending?.value
    await Task.detached { [stage] in try? await stage.host().tell(of: nil) }.value
  }

  private func send() async {
    while let word = newest {
      newest = nil
      try? await stage.host().tell(of: word)
    }
    sending = nil
  }
}
