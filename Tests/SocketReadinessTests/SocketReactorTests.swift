import Glibc
import SocketReadiness
import Testing

/// A connected pair of non-blocking sockets.
private final class SocketPair: Sendable {
  let near: Int32
  let far: Int32

  init() throws {
    var pair: [Int32] = [-1, -1]
    try #require(
      socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0, &pair) == 0)
    near = pair[0]
    far = pair[1]
  }

  func send() { #expect(write(far, "x", 1) == 1) }

  deinit {
    close(near)
    close(far)
  }
}

struct SocketReactorTests {
  let reactor = SocketReactor.shared

  private func soon(_ duration: Duration = .seconds(10)) -> ContinuousClock.Instant { .now + duration }

  @Test func aWaitEndsWhenBytesArrive() async throws {
    let pair = try SocketPair()
    async let ready = reactor.wait(for: .read, on: pair.near, until: soon())
    try await Task.sleep(for: .milliseconds(20))
    pair.send()
    #expect(try await ready == .read)
  }

  @Test func onlyWhatWasAskedForIsReported() async throws {
    let pair = try SocketPair()
    pair.send()
    #expect(try await reactor.wait(for: .write, on: pair.near, until: soon()) == .write)
    #expect(try await reactor.wait(for: [.read, .write], on: pair.near, until: soon()).contains(.write))
  }

  @Test func theDeadlineIsKept() async throws {
    let pair = try SocketPair()
    let start = ContinuousClock.now
    await #expect(throws: SocketReadinessError.timedOut) {
      try await reactor.wait(for: .read, on: pair.near, until: start + .milliseconds(80))
    }
    let elapsed = start.duration(to: .now)
    #expect(elapsed >= .milliseconds(80))
  }

  @Test func aShorterDeadlineOvertakesALongerOne() async throws {
    let slow = try SocketPair()
    let quick = try SocketPair()
    let waiting = Task { try await reactor.wait(for: .read, on: slow.near, until: soon(.seconds(60))) }
    await #expect(throws: SocketReadinessError.timedOut) {
      try await reactor.wait(for: .read, on: quick.near, until: soon(.milliseconds(50)))
    }
    slow.send()
    #expect(try await waiting.value == .read)
  }

  @Test func cancellationEndsTheWaitAtOnce() async throws {
    let pair = try SocketPair()
    let waiting = Task { try await reactor.wait(for: .read, on: pair.near, until: soon(.seconds(60))) }
    try await Task.sleep(for: .milliseconds(20))
    let start = ContinuousClock.now
    waiting.cancel()
    await #expect(throws: CancellationError.self) { try await waiting.value }
    #expect(start.duration(to: .now) < .seconds(30))
    pair.send()
    #expect(try await reactor.wait(for: .read, on: pair.near, until: soon()) == .read)
  }

  @Test func aCancelledTaskDoesNotWait() async throws {
    let pair = try SocketPair()
    let waiting = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await reactor.wait(for: .read, on: pair.near, until: soon(.seconds(60)))
    }
    await #expect(throws: CancellationError.self) { try await waiting.value }
  }

  @Test func readersAndWritersOfOneDescriptorAreTold() async throws {
    let pair = try SocketPair()
    let reading = Task { try await reactor.wait(for: .read, on: pair.near, until: soon()) }
    let alsoReading = Task { try await reactor.wait(for: .read, on: pair.near, until: soon()) }
    #expect(try await reactor.wait(for: .write, on: pair.near, until: soon()) == .write)
    pair.send()
    #expect(try await reading.value == .read)
    #expect(try await alsoReading.value == .read)
  }

  @Test func aHangUpIsReadiness() async throws {
    var ends: [Int32] = [-1, -1]
    // A child of another test must not hold the far end open.
    try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0)
    let end = ends[0]
    let waiting = Task { try await reactor.wait(for: .read, on: end, until: soon()) }
    try await Task.sleep(for: .milliseconds(20))
    close(ends[1])
    #expect(try await waiting.value == .read)
    close(end)
  }

  @Test func aReleasedDescriptorEndsItsWaits() async throws {
    let pair = try SocketPair()
    let waiting = Task { try await reactor.wait(for: .read, on: pair.near, until: soon(.seconds(60))) }
    try await Task.sleep(for: .milliseconds(100))
    reactor.release(pair.near)
    await #expect(throws: SocketReadinessError.closed) { try await waiting.value }
  }

  @Test func aSignalFromAThreadIsHeard() async throws {
    let signal = try CompletionSignal()
    await #expect(throws: SocketReadinessError.timedOut) { try await signal.wait(until: soon(.milliseconds(20))) }
    signal.fire()
    try await signal.wait(until: soon())
    try await signal.wait(until: soon())
  }

  @Test func aClosedDescriptorIsRefused() async throws {
    await #expect(throws: SocketReadinessError.closed) {
      try await reactor.wait(for: .read, on: -1, until: soon())
    }
    await #expect(throws: SocketReadinessError.closed) {
      try await reactor.wait(for: .read, on: 1_000_000, until: soon())
    }
  }

  @Test func theOldWaiterOfAReusedDescriptorDoesNotGetTheNewOnesEvents() async throws {
    let pair = try SocketPair()
    // A high number, so that no other test is given it in between.
    let number: Int32 = 700
    try #require(dup2(pair.near, number) == number)
    let old = Task { try await reactor.wait(for: .read, on: number, until: soon(.milliseconds(500))) }
    try await Task.sleep(for: .milliseconds(50))
    close(number)
    let other = try SocketPair()
    try #require(dup2(other.near, number) == number)
    let new = Task { try await reactor.wait(for: .read, on: number, until: soon()) }
    // dup2 shares the file with `pair.near`, so the kernel may keep the old registration; either way it must end.
    await #expect(throws: SocketReadinessError.self) { try await old.value }
    other.send()
    #expect(try await new.value == .read)
    close(number)
  }

  @Test func aThousandWaitsAtOnce() async throws {
    let pairs = try (0..<100).map { _ in try SocketPair() }
    try await withThrowingTaskGroup(of: SocketInterest.self) { group in
      for pair in pairs {
        for _ in 0..<10 {
          group.addTask { try await reactor.wait(for: .read, on: pair.near, until: soon()) }
        }
      }
      for pair in pairs { pair.send() }
      var count = 0
      for try await interest in group where interest == .read { count += 1 }
      #expect(count == 1000)
    }
  }

  @Test func idleMeansIdle() async throws {
    _ = try? await reactor.wait(for: .read, on: try SocketPair().near, until: soon(.milliseconds(10)))
    // Other suites share the reactor, so one quiet moment is enough; a tick would leave none.
    var quietest = Int.max
    for _ in 0..<100 where quietest > 0 {
      // A thread can be missed while others come and go in the directory that is read.
      guard let before = try voluntarySwitches() else { continue }
      try await Task.sleep(for: .milliseconds(100))
      guard let after = try voluntarySwitches() else { continue }
      quietest = min(quietest, after - before)
    }
    #expect(quietest == 0, "the reactor wakes although nothing happens")
  }

  /// How often the reactor's thread went to sleep so far; nil when it was not found.
  private func voluntarySwitches() throws -> Int? {
    let directory = try #require(opendir("/proc/self/task"))
    defer { closedir(directory) }
    while let entry = readdir(directory) {
      let id = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      guard contents("/proc/self/task/\(id)/comm").hasPrefix("readiness") else { continue }
      for line in contents("/proc/self/task/\(id)/status").split(separator: "\n")
      where line.hasPrefix("voluntary_ctxt_switches") {
        return Int(line.split(separator: "\t").last ?? "")
      }
    }
    return nil
  }

  private func contents(_ path: String) -> String {
    guard let file = fopen(path, "r") else { return "" }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 8192)
    let count = fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes.prefix(count), as: UTF8.self)
  }
}
