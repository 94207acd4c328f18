/// How long to wait before a part that died is started again.
struct Backoff: Sendable, Equatable {
  var first: Duration
  var longest: Duration
  private var next: Duration

  init(first: Duration, longest: Duration) {
    self.first = first
    self.longest = longest
    next = first
  }

  /// Doubles with every call.
  mutating func take() -> Duration {
    defer { next = min(next * 2, longest) }
    return next
  }

  mutating func reset() { next = first }
}
