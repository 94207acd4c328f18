/// What keeps a target in step with a source.
protocol Receiver: AnyObject {
  var source: BenchCluster { get }
  var target: BenchCluster { get }

  /// Makes what it needs on both sides, copies what is there, and streams.
  func begin() throws
  func stop() throws
  /// Goes on after ``stop()``.
  func start() throws
}

extension Receiver {
  /// Writes a row at the source that comes after everything before it.
  ///
  /// - Returns: a query that has a row once the target has it.
  func mark() throws -> String {
    let mark = try source.value("INSERT INTO mark DEFAULT VALUES RETURNING id", asOwner: true)
    return "SELECT FROM mark WHERE id = \(mark)"
  }

  /// Waits until the target has everything.
  func drain() throws { try target.wait(for: try mark()) }
}
