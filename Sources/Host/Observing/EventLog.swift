import Operations

/// The newest events of a host, in memory; what must last is in the journal.
struct EventLog {
  private(set) var newestFirst: [Event] = []
  private var nextID: Int64 = 1
  private let capacity: Int

  init(capacity: Int) { self.capacity = capacity }

  mutating func add(
    _ message: String, subject: String, severity: Event.Severity, at now: Timestamp, actor: String? = nil
  ) {
    let event = Event(id: nextID, at: now, severity: severity, subject: subject, message: message, actor: actor)
    nextID += 1
    newestFirst.insert(event, at: 0)
    if newestFirst.count > capacity { newestFirst.removeLast() }
  }
}
