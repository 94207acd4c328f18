/// When a backlog is asked for as rows, and how much of it at once.
struct BacklogLimits: Sendable, Equatable {
  /// Bytes of log below which it is not worth a session of its own.
  var least: UInt64 = 1024 * 1024
  /// Bytes of log that the source decodes before it sends the first change of them. It reads again what it has read
  /// since its last checkpoint or quarter of a minute, so small portions would make it read the same log many times.
  var portion: UInt64 = 256 * 1024 * 1024
}
