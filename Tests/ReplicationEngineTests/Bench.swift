import Operations
import ReplicationEngine
import Simulation
import Synchronization

/// Two databases, a link between them and an engine, on a clock that the test moves.
final class Bench: Sendable {
  static let id = LinkID("aws-azure")
  static let tables = ["public.account", "public.entry"]

  let clock = VirtualClock()
  let aws: SimulatedDatabase
  let azure: SimulatedDatabase
  let journal: MemoryJournal
  let engine: ReplicationEngine

  init(journal: MemoryJournal = MemoryJournal(), over other: Bench? = nil) {
    let clock = clock
    let aws = other?.aws ?? SimulatedDatabase(CloudID("aws"), tables: Self.tables, clock: clock.wall)
    let azure = other?.azure ?? SimulatedDatabase(CloudID("azure"), tables: Self.tables, clock: clock.wall)
    self.aws = aws
    self.azure = azure
    self.journal = journal
    let made = Made()
    let link = ReplicatedLink(id: Self.id, mode: .stream, source: aws.node, target: azure.node)
    engine = ReplicationEngine(links: [link], journal: journal, clock: clock, wallClock: clock.wall) { link, _ in
      made.port(link.source.rawValue) {
        SimulatedLink(
          from: link.source == aws.node ? aws : azure, to: link.source == aws.node ? azure : aws, clock: clock,
          wallClock: clock.wall)
      }
    }
    self.made = made
  }

  /// Each direction has one port for the life of a bench, so that a test can reach it.
  final class Made: Sendable {
    private let ports = Mutex<[String: SimulatedLink]>([:])

    func port(_ source: String, _ make: () -> SimulatedLink) -> SimulatedLink {
      ports.withLock { ports in
        if let port = ports[source] { return port }
        let port = make()
        ports[source] = port
        return port
      }
    }
  }

  private let made: Made

  func port(from source: String) -> SimulatedLink {
    made.port(source) {
      SimulatedLink(
        from: source == "aws" ? aws : azure, to: source == "aws" ? azure : aws, clock: clock, wallClock: clock.wall)
    }
  }

  var link: ReplicationLinkSnapshot {
    get async throws {
      let links = await engine.view(at: clock.wall.now())
      guard let link = links.first else { throw HostError.failed("there is no link") }
      return link
    }
  }

  /// Moves the clock until the link is as wanted, for at most some minutes of its time.
  func reach(_ isWanted: (ReplicationLinkSnapshot) -> Bool) async throws -> ReplicationLinkSnapshot {
    try await move { () async throws -> ReplicationLinkSnapshot? in
      let link = try await self.link
      return isWanted(link) ? link : nil
    }
  }

  func move<Value>(until found: () async throws -> Value?) async throws -> Value {
    for _ in 0..<40_000 {
      if let value = try await found() { return value }
      for _ in 0..<4 { await Task.yield() }
      clock.advanceToNext()
    }
    throw HostError.failed("not reached: \(try await link)")
  }

  /// Runs a step to its end, moving the clock.
  func perform(_ action: SyncAction) async throws -> String {
    let engine = engine
    let done = Mutex<Result<String, any Error>?>(nil)
    let task = Task {
      do {
        let detail = try await engine.perform(.sync(action)) { _ in }
        done.withLock { $0 = .success(detail) }
      } catch {
        done.withLock { $0 = .failure(error) }
      }
    }
    defer { task.cancel() }
    return try await move { done.withLock { $0 } }.get()
  }

  /// Runs the engine for the length of `body`.
  func running<Value>(_ body: () async throws -> Value) async throws -> Value {
    let engine = engine
    let task = Task { await engine.run() }
    do {
      let value = try await body()
      task.cancel()
      await task.value
      return value
    } catch {
      task.cancel()
      await task.value
      throw error
    }
  }
}
