/// Everything that is wrong with the environment, each with its remedy.
public struct SettingsProblems: Error, Sendable, Equatable, CustomStringConvertible {
  public struct Problem: Sendable, Equatable {
    public var variable: String
    public var message: String
    public var remedy: String
  }

  public var problems: [Problem]

  public var description: String {
    problems.map { "\($0.variable): \($0.message); \($0.remedy)" }.joined(separator: "\n")
  }
}
