import Operations

/// One instant, judged: what is wrong, what would help, and every condition of doing it without a person.
struct Assessment: Sendable, Equatable {
  var isCutOff = false
  /// An operation of the engine's kind changes things, whoever began it.
  var isActing = false
  var concern: Concern?
  /// What would help; nil where nothing is wrong, or nothing would.
  var request: FailoverRequest?
  /// All but the interlocks of the plan, which only a plan can tell.
  var conditions: [FailoverCondition] = []
  var loss: Observation<LossEstimate>?

  var isConfirmed: Bool { concern.map { $0.standing == .down && $0.isConfirmed } ?? false }

  /// Whether all is so that is needed without a person.
  var allMet: Bool { !conditions.isEmpty && conditions.allSatisfy(\.isMet) }
}
