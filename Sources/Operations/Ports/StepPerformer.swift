/// Performs the steps of one kind of plan. Performing is idempotent: after a crash the same step is performed again.
public protocol StepPerformer: Sendable {
  /// Does it and proves that it is done.
  ///
  /// - Parameter progress: told what a person would like to see meanwhile.
  /// - Returns: the outcome for a person.
  func perform(_ action: StepAction, progress: @escaping @Sendable (String) async -> Void) async throws -> String
}
