/// What the doctor found of one thing.
public struct Finding: Sendable, Equatable, Codable {
  public enum State: String, Sendable, Codable { case fine, warning, fault }

  /// `aws database`.
  public var subject: String
  public var state: State
  /// What was seen, or what is wrong.
  public var detail: String
  /// What to do; empty where nothing is wrong.
  public var remedy: String

  public init(subject: String, state: State, detail: String, remedy: String = "") {
    self.subject = subject
    self.state = state
    self.detail = detail
    self.remedy = remedy
  }
}
