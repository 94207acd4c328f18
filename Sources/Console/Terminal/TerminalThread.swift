import Glibc
import Synchronization

/// The thread on which everything about the terminal happens: ncurses is not made for more than one.
///
/// It is an actor's executor that also waits on descriptors. It sleeps in `poll` until there is work, a descriptor is
/// ready, or a deadline that was asked for has come; nothing ticks. It lives as long as the process, since ncurses' state
/// does.
final class TerminalThread: SerialExecutor {
  /// What the thread waits on besides work. Used on the thread alone.
  struct Watch {
    /// At most two.
    var descriptors: [Int32]
    /// When to call back though nothing was ready; `nil`: never.
    var deadline: ContinuousClock.Instant?
    /// Gets what `poll` found for each descriptor; all 0 when the time is up.
    var onReady: ([Int16]) -> Void
  }

  private enum Work {
    case job(UnownedJob)
    case call(@Sendable () -> Void)
  }

  private struct Queue {
    var work: [Work] = []
    var thread: pthread_t?
  }

  private let queue = Mutex(Queue())
  private let wakeReader: Int32
  private let wakeWriter: Int32
  /// Touched on the thread alone.
  nonisolated(unsafe) private var watch: Watch?

  static let shared = Result { () throws(TerminalError) in try TerminalThread() }

  private init() throws(TerminalError) {
    var descriptors: [Int32] = [-1, -1]
    guard pipe(&descriptors) == 0 else { throw .system(call: "pipe", reason: reasonOfLastError()) }
    for descriptor in descriptors {
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
      _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    }
    (wakeReader, wakeWriter) = (descriptors[0], descriptors[1])
    try start()
  }

  private func start() throws(TerminalError) {
    var thread = pthread_t()
    let context = Unmanaged.passRetained(self).toOpaque()
    let outcome = pthread_create(
      &thread, nil,
      { context in
        guard let context else { return nil }
        Unmanaged<TerminalThread>.fromOpaque(context).takeRetainedValue().run()
        return nil
      }, context)
    guard outcome == 0 else { throw .system(call: "pthread_create", reason: String(cString: strerror(outcome))) }
    queue.withLock { $0.thread = thread }
  }

  func enqueue(_ job: consuming ExecutorJob) { add(.job(UnownedJob(job))) }

  /// Runs `call` on the thread, after what is queued already.
  func submit(_ call: @escaping @Sendable () -> Void) { add(.call(call)) }

  func checkIsolated() {
    precondition(isCurrent, "not on the terminal's thread")
  }

  private var isCurrent: Bool {
    queue.withLock { $0.thread.map { pthread_equal($0, pthread_self()) != 0 } ?? false }
  }

  /// Replaces what the thread waits on. Only on the thread.
  func watch(_ watch: Watch?) {
    precondition(isCurrent, "not on the terminal's thread")
    self.watch = watch
  }

  /// Has the watch called back after `timeout` even if nothing is ready. Only on the thread.
  func wait(atMost timeout: Duration?) {
    precondition(isCurrent, "not on the terminal's thread")
    watch?.deadline = timeout.map { .now + $0 }
  }

  private func add(_ work: Work) {
    let wasEmpty = queue.withLock { queue in
      queue.work.append(work)
      return queue.work.count == 1
    }
    guard wasEmpty else { return }
    var byte: UInt8 = 1
    _ = write(wakeWriter, &byte, 1)
  }

  private func run() {
    // Until `start` has noted which thread this is.
    while !isCurrent { sched_yield() }
    var bytes = [UInt8](repeating: 0, count: 64)
    while true {
      runQueued()
      let ready = wait()
      if ready[0] != 0 { _ = read(wakeReader, &bytes, bytes.count) }
      let isDue = watch?.deadline.map { $0 <= .now } ?? false
      if ready[1] != 0 || ready[2] != 0 || isDue { watch?.onReady(Array(ready[1...])) }
    }
  }

  private func runQueued() {
    let work = queue.withLock { queue in
      defer { queue.work = [] }
      return queue.work
    }
    for item in work {
      switch item {
      case .job(let job): job.runSynchronously(on: asUnownedSerialExecutor())
      case .call(let call): call()
      }
    }
  }

  /// What is ready: the wake pipe, then up to two descriptors of the watch.
  private func wait() -> [Int16] {
    var polled = [pollfd(fd: wakeReader, events: Int16(POLLIN), revents: 0)]
    polled += (watch?.descriptors ?? []).prefix(2).map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    while polled.count < 3 { polled.append(pollfd(fd: -1, events: 0, revents: 0)) }
    let outcome = poll(&polled, nfds_t(polled.count), watch?.deadline.map { Self.milliseconds($0 - .now) } ?? -1)
    // Interrupted: look again at once.
    if outcome < 0 { return [1, 0, 0] }
    return polled.map(\.revents)
  }

  private static func milliseconds(_ duration: Duration) -> Int32 {
    let (seconds, attoseconds) = duration.components
    return Int32(clamping: max(0, seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000))
  }
}

/// What the C library says about its last failure on this thread.
func reasonOfLastError() -> String { String(cString: strerror(errno)) }
