import Operations
import PostgresAdapter
import PostgresReplication
import Synchronization
import TestSupport

/// Keeps a link going as a host would, and can break it off at any instant.
///
/// When it has been broken off it begins with a new port: nothing is remembered then but what the databases hold.
actor LinkDriver {
  nonisolated let name: String
  static let streams = "streams begun"

  private let timeline: Timeline
  private let makePort: @Sendable () throws -> any ReplicationLinkPort
  private var port: (any ReplicationLinkPort)?
  private var attempt: Task<Void, Never>?
  private var loop: Task<Void, Never>?
  private var isOver = false
  private(set) var lastFailure: String?
  private(set) var progress: LinkProgress?
  private(set) var parked: [String: String] = [:]

  init(name: String, timeline: Timeline, makePort: @escaping @Sendable () throws -> any ReplicationLinkPort) {
    self.name = name
    self.timeline = timeline
    self.makePort = makePort
  }

  func start() {
    isOver = false
    loop = Task { await self.keepGoing() }
  }

  /// Ends what runs, as the death of its process would as far as the databases can tell; it begins anew.
  func breakOff() {
    attempt?.cancel()
    port = nil
  }

  func stop() async {
    isOver = true
    attempt?.cancel()
    await loop?.value
    loop = nil
  }

  private func keepGoing() async {
    while !isOver {
      let attempt = Task { await self.work() }
      self.attempt = attempt
      await attempt.value
      if !isOver { try? await Task.sleep(for: .milliseconds(30)) }
    }
  }

  private func work() async {
    do {
      let port = try port ?? makePort()
      self.port = port
      while !Task.isCancelled {
        timeline.note("\(name): prepare")
        let inspection = try await port.prepare()
        if let obstacle = inspection.obstacles.first {
          note("obstacle: \(obstacle)")
          try await Task.sleep(for: .milliseconds(200))
        } else if inspection.needsBaseline {
          timeline.note("\(name): baseline")
          try await port.copyBaseline { await self.take($0) }
        } else {
          timeline.count(Self.streams)
          timeline.note("\(name): stream")
          try await port.stream { await self.take($0) }
        }
      }
    } catch is CancellationError where Task.isCancelled {
      timeline.note("\(name): broken off")
    } catch { note("\(error)") }
  }

  private func note(_ failure: String) {
    lastFailure = failure
    timeline.note("\(name): \(failure)")
  }

  private func take(_ report: LinkReport) {
    switch report {
    case .applied(let progress): self.progress = progress
    case .parked(let table, let reason):
      parked[table] = reason
      timeline.note("\(name): \(table) \(reason.map { "parked: \($0)" } ?? "taken in again")")
    default: break
    }
  }
}
