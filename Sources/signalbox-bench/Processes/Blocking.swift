import Dispatch
import Synchronization

/// Runs asynchronous work from the main thread, which waits for it.
///
/// The commands are synchronous, so that children are started from a thread that lives as long as the process.
func blocking<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) throws -> Value {
  let box = ResultBox<Value>()
  let done = DispatchSemaphore(value: 0)
  Task.detached {
    let result: Result<Value, any Error>
    do { result = .success(try await body()) } catch { result = .failure(error) }
    box.result.withLock { $0 = result }
    done.signal()
  }
  done.wait()
  guard let result = box.result.withLock({ $0 }) else { throw BenchError("the work ended without a result") }
  return try result.get()
}

private final class ResultBox<Value: Sendable>: Sendable {
  let result = Mutex<Result<Value, any Error>?>(nil)
}
