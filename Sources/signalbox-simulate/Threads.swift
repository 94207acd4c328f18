import Glibc

/// Threads of their own: each run of a simulation keeps the one that it is on to itself.
enum Threads {
  private final class Work: Sendable {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  /// Runs `body` on so many threads at once, and returns when all have ended.
  static func run(_ count: Int, _ body: @escaping @Sendable () -> Void) {
    let threads = (0..<count).map { _ in
      var thread = pthread_t()
      pthread_create(
        &thread, nil,
        { context in
          if let context { Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body() }
          return nil
        }, Unmanaged.passRetained(Work(body)).toOpaque())
      return thread
    }
    for thread in threads { pthread_join(thread, nil) }
  }
}
