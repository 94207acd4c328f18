import Operations

/// What a person does at a console.
enum PersonsWord: Sendable {
  case ask(FailoverRequest, overriding: [InterlockName])
  case tell(AutomationChange)
  case control(OperationControl)
  /// Does what the engine proposes.
  case confirm
  case verifyRows
}
