import Operations

/// When the host noticed and acted, by the arrival of its snapshots.
struct HostTimes {
  let recording: DrillRecording

  init(_ recording: DrillRecording) { self.recording = recording }

  private static let unheard = FigureValue.notMeasured("the host gave no snapshots")

  private var zero: Double? { recording.zeroSeconds }

  /// The last sight before the zero, by which it is told what is new.
  private var before: HostSight? {
    guard let zero else { return nil }
    return recording.sights.last { $0.atSeconds <= zero }
  }

  private var after: [HostSight] {
    guard let zero else { return [] }
    return recording.sights.filter { $0.atSeconds > zero && $0.atSeconds <= recording.effectEndSeconds }
  }

  var detection: FigureValue {
    if case .none(let reason) = recording.plan.sign { return .notMeasured(reason) }
    guard let before else { return Self.unheard }
    if shows(before, before: before) {
      return .notMeasured("the host showed it before it happened")
    }
    return first { shows($0, before: before) }
  }

  var decision: FigureValue {
    guard before != nil else { return Self.unheard }
    if recording.plan.isAsked { return .notMeasured("an operator decided") }
    if recording.isActedByHand {
      return .notMeasured("the host's policy leaves it to a person: the drill decided in an operator's place")
    }
    return first { !newOperations($0).isEmpty || $0.state == .acting }
  }

  /// How long the first operation after the zero took, from its start at the host to its being seen done.
  var operationEnd: FigureValue {
    guard let zero, before != nil else { return Self.unheard }
    let later = recording.sights.filter { $0.atSeconds > zero }
    guard let operation = later.lazy.compactMap({ newOperations($0).last }).first else {
      return .never(withinSeconds: recording.effectEndSeconds - zero)
    }
    let start = max(zero, recording.seconds(operation.startedAt))
    let end = later.first { sight in
      sight.operations.contains { $0.id == operation.id && ($0.state == .done || $0.state == .superseded) }
    }
    guard let end else { return .never(withinSeconds: recording.endSeconds - start) }
    return .measured(max(0, end.atSeconds - start))
  }

  /// Who began an operation that no person asked for.
  private static let automatic = "automatic"

  /// Operations that began after the zero, and that nobody asked for.
  var automaticActions: FigureValue {
    guard before != nil else { return Self.unheard }
    let ids = after.flatMap { newOperations($0) }.filter { $0.actor == Self.automatic }.map(\.id)
    return .measured(Double(Set(ids).count))
  }

  private func first(_ condition: (HostSight) -> Bool) -> FigureValue {
    guard let zero else { return Self.unheard }
    guard let sight = after.first(where: condition) else {
      return .never(withinSeconds: recording.effectEndSeconds - zero)
    }
    return .measured(sight.atSeconds - zero)
  }

  /// Newest first, as in the snapshot.
  private func newOperations(_ sight: HostSight) -> [OperationSnapshot] {
    let known = Set(before?.operations.map(\.id) ?? [])
    return sight.operations.filter { $0.kind != .replication && !known.contains($0.id) }
  }

  private static let confirmed: Set<FailoverSnapshot.State> = [
    .confirmed, .countdown, .proposing, .acting, .acted,
  ]

  private func shows(_ sight: HostSight, before: HostSight) -> Bool {
    switch recording.plan.sign {
    case .down(let cloud):
      return sight.cloud(cloud)?.health == .down
        || sight.subject == cloud && sight.state.map(Self.confirmed.contains) == true
    case .unwell(let cloud):
      guard let health = sight.cloud(cloud)?.health else { return false }
      return health != .healthy && health != .unknown
    case .fewerTargets(let cloud):
      guard let now = sight.cloud(cloud)?.healthyTargets, let usual = before.cloud(cloud)?.healthyTargets else {
        return false
      }
      return now < usual
    case .weightsUnread: return !sight.weightsAreFresh
    case .none: return false
    }
  }
}
