/// What an operator asks of a lever. A host answers with a `Plan`.
public enum LeverRequest: Sendable, Equatable, Codable {
  case setWeights(Weights)
  case sync(SyncRequest)
  case failover(FailoverRequest)
  /// Take back a finished operation, where its effect can be taken back.
  case undo(OperationID)
}
