/// When a backlog is asked for as rows, and how much of it at once.
struct BacklogLimits: Sendable, Equatable {
  /// Bytes of log below which it is not worth a session of its own.
  var least: UInt64 = 1024 * 1024
  /// Messages in the first portion; what is left is divided no more where it is three times that or less. While one is
  /// decoded, the one before it is applied.
  var messages = 16_384
  /// Bytes of log in a portion at most, as long as each brings something; and those after which the source may forget
  /// what is durable at the target.
  var portion: UInt64 = 512 * 1024 * 1024
}
