/// Something that happened, in a line.
public struct Event: Sendable, Equatable, Codable, Identifiable {
  public enum Severity: String, Sendable, Codable, CaseIterable { case info, notice, warning, critical }

  /// Grows by one with every event of a host.
  public var id: Int64
  public var at: Timestamp
  public var severity: Severity
  /// Who or what it is about: `aws`, `weights`, `journal`.
  public var subject: String
  /// One line; it may hold text from outside and is sanitised when drawn.
  public var message: String
  /// The operator, where a person was the cause.
  public var actor: String?

  public init(
    id: Int64, at: Timestamp, severity: Severity, subject: String, message: String, actor: String? = nil
  ) {
    self.id = id
    self.at = at
    self.severity = severity
    self.subject = subject
    self.message = message
    self.actor = actor
  }
}
