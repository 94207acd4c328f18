import CJobDiversion

/// Runs what Swift's concurrency begins on this thread, one job after the other, in the order in which they were begun:
/// actors and tasks as they are, and the same each time.
final class JobQueue {
  private var jobs: [UnsafeMutableRawPointer] = []
  private var head = 0
  private(set) var count = 0

  /// Runs `body` while this thread's jobs come here.
  func divert<Value>(_ body: () -> Value) -> Value {
    job_diversion_begin(
      { context, job in
        guard let context, let job else { return }
        Unmanaged<JobQueue>.fromOpaque(context).takeUnretainedValue().jobs.append(job)
      }, Unmanaged.passUnretained(self).toOpaque())
    defer { job_diversion_end() }
    return body()
  }

  /// Runs every job, and those that they begin, until nobody can go on.
  ///
  /// - Returns: false when there seems to be no end of them.
  func drain() -> Bool {
    let limit = count + 200_000
    while head < jobs.count {
      let job = jobs[head]
      head += 1
      count += 1
      job_diversion_run(job)
      guard count < limit else { return false }
    }
    jobs.removeAll(keepingCapacity: true)
    head = 0
    return true
  }
}
