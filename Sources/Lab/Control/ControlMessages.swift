/// What a command asks of the supervisor, one JSON object on one line.
enum ControlRequest: Sendable, Codable {
  case status
  case fault(Fault)
  /// Nil for every fault.
  case heal(Fault?)
  case down
}

/// What the supervisor says, one JSON object per line; the last is `done` or `failed`.
enum ControlReply: Sendable, Codable {
  /// Something a person waits for has happened.
  case progress(LabProgress)
  case done(LabStatus)
  case failed(LabError)
}

/// One step of a lab's coming up or going down.
public struct LabProgress: Sendable, Equatable, Codable {
  public var message: String
  /// Since the command began.
  public var elapsedSeconds: Double
}
