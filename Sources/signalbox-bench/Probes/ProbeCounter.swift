import Synchronization

/// Counts probes as they end.
final class ProbeCounter: Sendable {
  struct Count {
    var probes = 0
    var failures = 0
    /// How late each request for a probe began; empty where the prober itself keeps that.
    var latenessMilliseconds: [Double] = []
  }

  private let count = Mutex(Count())

  func add(_ success: Bool) {
    count.withLock { count in
      count.probes += 1
      if !success { count.failures += 1 }
    }
  }

  func begin(late milliseconds: Double) { count.withLock { $0.latenessMilliseconds.append(milliseconds) } }

  var current: Count { count.withLock { $0 } }

  /// What came between an earlier count and now.
  func since(_ earlier: Count) -> Count {
    let now = current
    return Count(probes: now.probes - earlier.probes, failures: now.failures - earlier.failures)
  }
}
