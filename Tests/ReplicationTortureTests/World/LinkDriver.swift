import Operations
import PostgresAdapter
import PostgresReplication
import TestSupport

/// A link's host within the test's own process: what is broken off is cancelled.
actor LinkDriver: LinkHost {
  nonisolated let name: String

  private let tell: @Sendable (HostNews) -> Void
  private let makePort: @Sendable () throws -> any ReplicationLinkPort
  /// Does what a link says that nothing else helps against.
  private let obey: @Sendable (any ReplicationLinkPort) async throws -> Void
  private var undecodable = 0
  private var port: (any ReplicationLinkPort)?
  private var attempt: Task<Void, Never>?
  private var loop: Task<Void, Never>?
  private var isOver = false
  private(set) var isUnderWay = false
  private(set) var lastFailure: String?
  private(set) var parked: [String: String] = [:]

  init(
    name: String, tell: @escaping @Sendable (HostNews) -> Void,
    obey: @escaping @Sendable (any ReplicationLinkPort) async throws -> Void = { _ in },
    makePort: @escaping @Sendable () throws -> any ReplicationLinkPort
  ) {
    self.name = name
    self.tell = tell
    self.obey = obey
    self.makePort = makePort
  }

  func start() {
    isOver = false
    loop = Task { await self.keepGoing() }
  }

  func breakOff() {
    isUnderWay = false
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
        tell(.note("prepare"))
        let inspection = try await port.prepare()
        if let obstacle = inspection.obstacles.first {
          fail("obstacle: \(obstacle)")
          try await Task.sleep(for: .milliseconds(200))
        } else if inspection.needsBaseline {
          tell(.note("baseline"))
          try await port.copyBaseline { await self.take($0) }
        } else {
          isUnderWay = true
          tell(.streams)
          try await port.stream { await self.take($0) }
        }
      }
    } catch is CancellationError where Task.isCancelled {
      tell(.note("broken off"))
    } catch {
      fail("\(error)")
      await mendDecoding("\(error)")
    }
  }

  /// A server may not be able to decode a slot's log, by a fault of its own, however often it is asked.
  private func mendDecoding(_ failure: String) async {
    guard failure.contains("cannot decode the log") else { return }
    undecodable += 1
    guard undecodable >= 8, let port else { return }
    do {
      try await obey(port)
      undecodable = 0
      tell(.note("the slot was dropped, and everything is copied anew"))
    } catch { tell(.note("not mended yet: \(error)")) }
  }

  private func fail(_ failure: String) {
    lastFailure = failure
    tell(.failure(failure))
  }

  private func take(_ report: LinkReport) {
    guard case .parked(let table, let reason) = report else { return }
    parked[table] = reason
    tell(.parked(table: table, reason: reason))
  }
}
