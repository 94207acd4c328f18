import Lab
import Operations
import Synchronization

/// Collects what the watches of one run see, all by one clock.
final class DrillRecorder: Sendable {
  let log: VisitLog
  private let state: Mutex<DrillRecording>

  init(plan: DrillPlan, begunAt: Timestamp, begun: ContinuousClock.Instant = .now) {
    log = VisitLog(begun: begun)
    state = Mutex(DrillRecording(plan: plan, begunAt: begunAt))
  }

  /// Seconds since the run began.
  var now: Double { (ContinuousClock.now - log.begun) / .seconds(1) }

  func change(_ body: (inout DrillRecording) -> Void) {
    state.withLock { body(&$0) }
  }

  func mark(_ kind: DrillMark.Kind, _ text: String) {
    let now = now
    change { $0.marks.append(DrillMark(now, kind, text)) }
  }

  /// Something that could not be done; the drill goes on, and the report says so.
  func trouble(_ text: String) {
    mark(.trouble, text)
    change { $0.troubles.append(text) }
  }

  /// Sets the zero of all figures, once.
  func startClock() {
    let now = now
    change { if $0.zeroSeconds == nil { $0.zeroSeconds = now } }
  }

  /// Keeps a snapshot when it says something new.
  func see(_ snapshot: Snapshot) {
    let sight = HostSight(snapshot, atSeconds: now)
    change { if $0.sights.last.map({ sight.says(theSameAs: $0) }) != true { $0.sights.append(sight) } }
  }

  var newestSight: HostSight? { state.withLock { $0.sights.last } }
  var firstSight: HostSight? { state.withLock { $0.sights.first } }
  var zero: Double? { state.withLock { $0.zeroSeconds } }

  var phase: String { state.withLock { $0.marks.last { $0.kind == .phase }?.text ?? "" } }

  /// Whether the host's engine has acted by itself.
  var hasActed: Bool { state.withLock { $0.sights.contains { $0.state == .acted || $0.state == .acting } } }

  /// What there is so far, with the visits; with those alone that ended after an instant, where one is named.
  func recording(visitsSince start: Double? = nil) -> DrillRecording {
    let now = now
    var copy = state.withLock { $0 }
    copy.visits = start.map(log.newest) ?? log.all
    copy.endSeconds = now
    return copy
  }
}
