import Operations

/// What is to happen, by time, and of the same time by when it was put down.
struct Agenda {
  /// What an event is about. It goes into the hash of a run.
  enum Kind: UInt8, Sendable {
    case wake, request, answer, timeout, tick, users, fault, heal, person, finale, restart, propagate
  }

  struct Entry {
    var at: Int64
    var order: UInt64
    var kind: Kind
    var action: () -> Void

    func isBefore(_ other: Entry) -> Bool { at != other.at ? at < other.at : order < other.order }
  }

  private var heap: [Entry] = []
  private var next: UInt64 = 0

  var nextTime: Timestamp? { heap.first.map { Timestamp(microsecondsSinceEpoch: $0.at) } }

  mutating func add(at: Timestamp, _ kind: Kind, _ action: @escaping () -> Void) {
    next += 1
    heap.append(Entry(at: at.microsecondsSinceEpoch, order: next, kind: kind, action: action))
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child].isBefore(heap[parent]) else { break }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  mutating func removeFirst() -> Entry? {
    guard let last = heap.popLast() else { return nil }
    guard let first = heap.first else { return last }
    heap[0] = last
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child].isBefore(heap[least]) {
        least = child
      }
      guard least != parent else { return first }
      heap.swapAt(parent, least)
      parent = least
    }
  }

  mutating func removeAll() { heap = [] }
}
