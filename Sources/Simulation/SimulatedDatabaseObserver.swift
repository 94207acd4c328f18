public import Operations
import Synchronization

/// A database as an observer sees it, in memory: its role, its log, its receivers, its sessions and its heartbeat.
public final class SimulatedDatabaseObserver: DatabaseObserver, HeartbeatWriter {
  public struct Unreachable: Error, Sendable, Equatable, CustomStringConvertible {
    public let description: String
  }

  private struct State {
    var role = DatabaseSnapshot.Role.primary
    var wal: UInt64 = 0x100_0000
    /// What each receiver has confirmed, and whether it is connected.
    var slots: [String: (confirmed: UInt64, active: Bool)] = [:]
    var sessions = 0
    var heartbeat: Timestamp?
    var fault: String?
  }

  public let name = "simulated database"
  private let maxConnections: Int
  private let clock: any WallClock
  private let state = Mutex(State())

  public init(maxConnections: Int = 100, clock: any WallClock) {
    self.maxConnections = maxConnections
    self.clock = clock
  }

  /// A fence makes a `secondary` of it, a promotion a `primary`; a `standby` is in recovery.
  public func set(_ role: DatabaseSnapshot.Role) { state.withLock { $0.role = role } }

  /// The application commits so much log.
  public func write(_ bytes: UInt64) { state.withLock { $0.wal += bytes } }

  /// A receiver of its changes begins here; it is connected when `active`.
  public func addSlot(_ name: String, active: Bool = false) { state.withLock { $0.slots[name] = ($0.wal, active) } }

  public func dropSlot(_ name: String) { state.withLock { $0.slots[name] = nil } }

  /// A receiver has all that there is.
  public func confirm(_ name: String) { state.withLock { $0.slots[name]?.confirmed = $0.wal } }

  /// Clients come, or with a negative number go.
  public func connect(_ count: Int) { state.withLock { $0.sessions += count } }

  /// It answers nobody, for that reason, until it is set to nil.
  public func fail(_ reason: String?) {
    state.withLock { state in
      state.fault = reason
      // Nobody's session outlives it.
      if reason != nil { state.sessions = 0 }
    }
  }

  public func observe() async throws -> DatabaseObservation {
    let now = clock.now()
    return try state.withLock { state in
      if let fault = state.fault { throw Unreachable(description: "\(name): \(fault)") }
      let isStandby = state.role == .standby
      let database = DatabaseSnapshot(
        // The observer's own session is one of them.
        role: state.role, writable: state.role == .primary, connections: state.sessions + 1,
        maxConnections: maxConnections, version: "simulated", walPosition: isStandby ? nil : state.wal)
      let slots = state.slots.sorted { $0.key < $1.key }.map { name, slot in
        DatabaseObservation.Slot(name: name, active: slot.active, lagBytes: state.wal - slot.confirmed)
      }
      return DatabaseObservation(
        database: database, heartbeat: state.heartbeat, clock: now, slots: isStandby ? [] : slots)
    }
  }

  public func beat() async throws {
    let now = clock.now()
    try state.withLock { state in
      if let fault = state.fault { throw Unreachable(description: "\(name): \(fault)") }
      // A fence takes the right to write from the application; the operator's own table is none of its.
      guard state.role != .standby else { throw Unreachable(description: "\(name): it is in recovery") }
      state.heartbeat = now
      state.wal += 64
    }
  }
}
