/// Why the lab did not do what it was asked: what failed, and what would help.
public struct LabError: Error, Sendable, Equatable, Codable, CustomStringConvertible {
  /// The part or the argument concerned: `aws/database`, `--network`.
  public var subject: String
  public var reason: String
  /// What a person may do; empty when nothing is known to help.
  public var remedy: String

  public init(_ subject: String, _ reason: String, remedy: String = "") {
    self.subject = subject
    self.reason = reason
    self.remedy = remedy
  }

  public var description: String { remedy.isEmpty ? "\(subject): \(reason)" : "\(subject): \(reason); \(remedy)" }
}

extension LabError {
  /// The text of the C library's `errno`.
  static func system(_ subject: String, _ action: String, errno code: Int32) -> LabError {
    LabError(subject, "\(action): \(errorText(code))")
  }
}
