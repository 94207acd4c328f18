public import Operations

/// What the host does for the failover engine. It goes the same way as a person's request: plan, interlocks, journal,
/// runner.
public protocol AutomaticLevers: Sendable {
  /// Makes a plan of the request and changes nothing; it need not be kept.
  ///
  /// - Returns: the interlocks that hold it now.
  /// - Throws: when no plan can be made of it.
  func judge(_ request: FailoverRequest) async throws -> [InterlockVerdict]

  /// Makes a plan of the request and executes it as the actor ``FailoverMemory/automatic``, overriding nothing.
  ///
  /// - Throws: ``Refusal`` or ``HostError``; nothing was done then.
  func execute(_ request: FailoverRequest) async throws -> OperationID

  /// Tells what the engine believes or does, as an event of the subject `failover`.
  func note(_ message: String, severity: Event.Severity) async
}
