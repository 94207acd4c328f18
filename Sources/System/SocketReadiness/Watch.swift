/// Everything that waits on one descriptor.
struct Watch {
  struct Waiter {
    var id: UInt64
    var interest: SocketInterest
    var deadline: ContinuousClock.Instant
    var continuation: CheckedContinuation<SocketInterest, any Error>
  }

  /// Tells an event of this watch from a late one of an earlier descriptor of the same number.
  var generation: UInt32
  var waiters: [Waiter] = []

  /// What any waiter waits for.
  var interest: SocketInterest {
    waiters.reduce(into: []) { $0.formUnion($1.interest) }
  }

  /// Takes out the waiters that `condition` holds for.
  mutating func remove(where condition: (Waiter) -> Bool) -> [Waiter] {
    let removed = waiters.filter(condition)
    if !removed.isEmpty { waiters.removeAll(where: condition) }
    return removed
  }
}
