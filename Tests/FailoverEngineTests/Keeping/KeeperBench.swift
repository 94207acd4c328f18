import Operations
import Simulation
import Synchronization

@testable import FailoverEngine

/// A keeper over two simulated databases, in virtual time: aws takes writes, azure is fenced, and their clocks differ.
struct KeeperBench: Sendable {
  /// What the keeper asks and tells.
  final class Host: Sendable {
    struct State: Sendable {
      var refusal: String?
      var isMoving = false
      var issued = Generation(0)
      var journalFault: String?
      var word: String?
      var wordFault: String?
      var notes: [String] = []
      var faults: [String: String] = [:]
    }

    let state = Mutex(State())

    func set(_ change: (inout State) -> Void) { state.withLock { change(&$0) } }

    var notes: [String] { state.withLock { $0.notes } }
    var faults: [String: String] { state.withLock { $0.faults } }

    var word: String? { state.withLock { $0.word } }

    func leave(_ word: String?) throws {
      try state.withLock { state in
        if let fault = state.wordFault { throw HostError.failed(fault) }
        state.word = word
      }
    }

    func note(_ message: String) throws {
      try state.withLock { state in
        if let fault = state.journalFault { throw HostError.failed(fault) }
        state.notes.append(message)
      }
    }
  }

  static let cloudOfAWS = CloudID("aws")
  static let lease = Duration.seconds(10)
  /// How long a renewal may take to show.
  static let renewal = Duration.seconds(2)

  let clock = VirtualClock()
  let host = Host()
  let aws: SimulatedRoleDatabase
  let azure: SimulatedRoleDatabase
  let keeper: RoleKeeper
  private let loops: Int

  init(fencing: FailoverPolicy.Fencing = .lease) {
    let (clock, host) = (clock, host)
    let rights = [TableRight(table: "public.task", privileges: ["INSERT"])]
    let aws = SimulatedRoleDatabase(Self.cloudOfAWS, rights: rights, clock: clock.wall, skew: .seconds(-40))
    let azure = SimulatedRoleDatabase(
      CloudID("azure"), rights: rights, isFenced: true, clock: clock.wall, skew: .seconds(60))
    var policy = FailoverPolicy()
    policy.fencing = fencing
    policy.leaseDuration = Self.lease
    policy.leaseRenewal = Self.renewal
    keeper = RoleKeeper(
      roles: Dictionary(
        uniqueKeysWithValues: [aws, azure].map { ($0.node, $0.controller("keeper", clock: clock)) }),
      policy: policy, clock: clock, wallClock: clock.wall, refusal: { host.state.withLock { $0.refusal } },
      isMoving: { host.state.withLock { $0.isMoving } },
      issued: { host.state.withLock { $0.issued } }, note: { try host.note($0) },
      leaveWord: { try host.leave($0) },
      fault: { message, subject in host.set { $0.faults[subject] = message } })
    (self.aws, self.azure) = (aws, azure)
    // A look at each, a renewal of each, and one for the rights.
    loops = fencing == .lease ? 5 : 3
  }

  var now: Timestamp { clock.wall.now() }

  /// Lets the keeper run while `body` moves the time.
  func run(_ body: () async throws -> Void) async rethrows {
    let running = Task { await keeper.run() }
    await settle()
    do { try await body() } catch {
      running.cancel()
      throw error
    }
    running.cancel()
    await running.value
  }

  /// Lets time go by, one wake-up after the other.
  func pass(_ duration: Duration) async {
    let end = clock.now.offset + duration
    while let next = clock.nextDeadline, next <= end {
      clock.advance(to: next)
      await settle()
    }
    clock.advance(to: end)
  }

  /// Until everything that was due has been done.
  private func settle() async { while clock.sleeperCount < loops { await Task.yield() } }

  /// As another controller, in the course of a failover.
  func promote(_ database: SimulatedRoleDatabase, generation: UInt64) async throws {
    _ = try await database.controller("other", clock: clock).promote(generation: Generation(generation))
  }
}
