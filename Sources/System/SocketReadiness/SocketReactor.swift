internal import CEpoll
internal import Glibc
internal import Synchronization

/// Waits for descriptors without blocking the cooperative pool.
///
/// One thread sleeps in `epoll_wait` for the whole process. A wait registers itself from the caller's thread, so that it
/// normally costs one system call; deadlines are kept by one timer descriptor, and nothing runs while nothing happens.
public final class SocketReactor: Sendable {
  /// The process's reactor. Its thread starts with the first use and lives as long as the process.
  public static let shared = SocketReactor()

  private let epoll: Int32
  private let timer: Int32
  private let state = Mutex(State())

  private struct State {
    var watches: [Int32: Watch] = [:]
    var lastID: UInt64 = 0
    var lastGeneration: UInt32 = 0
    /// When the timer goes off; nil while it is not set.
    var alarm: ContinuousClock.Instant?
  }

  private init() {
    epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
    timer = timerfd_create(CLOCK_BOOTTIME, Int32(TFD_CLOEXEC | TFD_NONBLOCK))
    var event = epoll_event()
    event.events = EPOLLIN.rawValue
    event.data.u64 = UInt64(UInt32(bitPattern: timer))
    _ = epoll_ctl(epoll, EPOLL_CTL_ADD, timer, &event)
    startThread()
  }

  /// Returns when `descriptor` is ready for any part of `interest`.
  ///
  /// Readiness is a hint: the descriptor must be non-blocking, and a call on it may still find nothing. Errors and a
  /// hang-up of the peer count as ready, so that the next call reports them. Several tasks may wait for one descriptor.
  ///
  /// - Returns: the part of `interest` that is ready.
  /// - Throws: ``SocketReadinessError``, or `CancellationError` when the task is cancelled.
  public func wait(
    for interest: SocketInterest, on descriptor: Int32, until deadline: ContinuousClock.Instant
  ) async throws -> SocketInterest {
    let id = state.withLock { state in
      state.lastID += 1
      return state.lastID
    }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        register(Watch.Waiter(id: id, interest: interest, deadline: deadline, continuation: continuation), descriptor)
      }
    } onCancel: {
      cancel(id, descriptor)
    }
  }

  /// Ends all waits on `descriptor` with ``SocketReadinessError/closed``. To be called before a descriptor is closed that
  /// others may be waiting for: the kernel says nothing of it, and they would wait until their deadlines.
  public func release(_ descriptor: Int32) {
    let removed = state.withLock { state in remove(descriptor, &state) { _ in true } }
    for waiter in removed { waiter.continuation.resume(throwing: SocketReadinessError.closed) }
  }

  // MARK: - From callers' threads

  private func register(_ waiter: Watch.Waiter, _ descriptor: Int32) {
    let outcome: (failed: [Watch.Waiter], error: any Error)? = state.withLock { state in
      // Under the lock: a cancellation from now on finds the waiter registered.
      if Task.isCancelled { return ([waiter], CancellationError()) }
      if waiter.deadline <= .now { return ([waiter], SocketReadinessError.timedOut) }
      if descriptor < 0 { return ([waiter], SocketReadinessError.closed) }
      var watch = state.watches[descriptor] ?? newWatch(&state)
      watch.waiters.append(waiter)
      var orphans: [Watch.Waiter] = []
      if !arm(watch, descriptor, EPOLL_CTL_MOD) {
        guard errno == ENOENT else { return ([waiter], refusal()) }
        // Unknown to epoll although others wait for it: theirs was closed, and its number is in use again.
        orphans = watch.remove { $0.id != waiter.id }
        watch.generation = newWatch(&state).generation
        guard arm(watch, descriptor, EPOLL_CTL_ADD) else {
          state.watches[descriptor] = nil
          return (orphans + [waiter], refusal())
        }
      }
      state.watches[descriptor] = watch
      setAlarm(waiter.deadline, &state)
      return orphans.isEmpty ? nil : (orphans, SocketReadinessError.closed)
    }
    for failed in outcome?.failed ?? [] {
      failed.continuation.resume(throwing: outcome?.error ?? SocketReadinessError.closed)
    }
  }

  private func cancel(_ id: UInt64, _ descriptor: Int32) {
    let removed = state.withLock { state in remove(descriptor, &state) { $0.id == id } }
    for waiter in removed { waiter.continuation.resume(throwing: CancellationError()) }
  }

  // MARK: - On the reactor's thread

  private func startThread() {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    pthread_attr_setstacksize(&attributes, 128 * 1024)
    var thread = pthread_t()
    let box = Unmanaged.passRetained(self).toOpaque()
    let failed = pthread_create(
      &thread, &attributes,
      { box in
        guard let box else { return nil }
        CEpollNameThread("readiness")
        Unmanaged<SocketReactor>.fromOpaque(box).takeRetainedValue().run()
        return nil
      }, box)
    pthread_attr_destroy(&attributes)
    precondition(failed == 0, "no thread could be started: \(String(cString: strerror(failed)))")
  }

  private func run() {
    var events = [epoll_event](repeating: epoll_event(), count: 64)
    while true {
      let count = epoll_wait(epoll, &events, Int32(events.count), -1)
      for event in events.prefix(Int(max(0, count))) {
        let descriptor = Int32(bitPattern: UInt32(truncatingIfNeeded: event.data.u64))
        if descriptor == timer {
          expire()
        } else {
          deliver(event.events, descriptor, UInt32(truncatingIfNeeded: event.data.u64 >> 32))
        }
      }
    }
  }

  private func deliver(_ events: UInt32, _ descriptor: Int32, _ generation: UInt32) {
    var ready: SocketInterest = []
    if events & (EPOLLIN.rawValue | EPOLLRDHUP.rawValue) != 0 { ready.insert(.read) }
    if events & EPOLLOUT.rawValue != 0 { ready.insert(.write) }
    if events & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0 { ready.formUnion([.read, .write]) }
    let released = state.withLock { state -> [Watch.Waiter] in
      guard var watch = state.watches[descriptor], watch.generation == generation else { return [] }
      let released = watch.remove { !$0.interest.isDisjoint(with: ready) }
      // The event has disarmed the descriptor; it stays known to epoll for the next wait.
      if !watch.waiters.isEmpty { _ = arm(watch, descriptor, EPOLL_CTL_MOD) }
      state.watches[descriptor] = watch
      return released
    }
    for waiter in released { waiter.continuation.resume(returning: waiter.interest.intersection(ready)) }
  }

  private func expire() {
    var count: UInt64 = 0
    _ = read(timer, &count, MemoryLayout<UInt64>.size)
    let expired = state.withLock { state -> [Watch.Waiter] in
      state.alarm = nil
      let now = ContinuousClock.now
      var expired: [Watch.Waiter] = []
      for descriptor in Array(state.watches.keys) {
        expired += remove(descriptor, &state) { $0.deadline <= now }
      }
      let next = state.watches.values.lazy.flatMap(\.waiters).map(\.deadline).min()
      if let next { setAlarm(next, &state) }
      return expired
    }
    for waiter in expired { waiter.continuation.resume(throwing: SocketReadinessError.timedOut) }
  }

  // MARK: - Under the lock

  private func newWatch(_ state: inout State) -> Watch {
    state.lastGeneration &+= 1
    return Watch(generation: state.lastGeneration)
  }

  private func remove(
    _ descriptor: Int32, _ state: inout State, where condition: (Watch.Waiter) -> Bool
  ) -> [Watch.Waiter] {
    guard var watch = state.watches[descriptor] else { return [] }
    let removed = watch.remove(where: condition)
    guard !removed.isEmpty else { return [] }
    if watch.waiters.isEmpty {
      _ = epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, nil)
      state.watches[descriptor] = nil
    } else {
      _ = arm(watch, descriptor, EPOLL_CTL_MOD)
      state.watches[descriptor] = watch
    }
    return removed
  }

  private func arm(_ watch: Watch, _ descriptor: Int32, _ operation: Int32) -> Bool {
    var event = epoll_event()
    event.events = EPOLLONESHOT.rawValue
    if watch.interest.contains(.read) { event.events |= EPOLLIN.rawValue | EPOLLRDHUP.rawValue }
    if watch.interest.contains(.write) { event.events |= EPOLLOUT.rawValue }
    event.data.u64 = UInt64(watch.generation) << 32 | UInt64(UInt32(bitPattern: descriptor))
    return epoll_ctl(epoll, operation, descriptor, &event) == 0
  }

  private func refusal() -> SocketReadinessError {
    errno == EBADF ? .closed : .system(call: "epoll_ctl", code: errno)
  }

  /// Sets the timer unless it goes off early enough already.
  private func setAlarm(_ deadline: ContinuousClock.Instant, _ state: inout State) {
    if let alarm = state.alarm, alarm <= deadline { return }
    state.alarm = deadline
    let rest = max(ContinuousClock.now.duration(to: deadline), .microseconds(1)).components
    var value = itimerspec()
    value.it_value = timespec(
      tv_sec: Int(clamping: rest.seconds), tv_nsec: Int(rest.attoseconds / 1_000_000_000))
    _ = timerfd_settime(timer, 0, &value, nil)
  }
}
