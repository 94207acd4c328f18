import Synchronization

/// What several sessions put together.
final class Collected<Value: Sendable>: Sendable {
  private let state: Mutex<Value>

  init(_ value: Value) { state = Mutex(value) }

  var value: Value { state.withLock { $0 } }

  func change<Result: Sendable>(_ body: (inout sending Value) throws -> Result) rethrows -> Result {
    try state.withLock { value in try body(&value) }
  }
}
