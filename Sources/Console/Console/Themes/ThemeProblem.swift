/// What is wrong with a theme's file, with the place and what to do about it.
public struct ThemeProblem: Error, Sendable, Equatable, CustomStringConvertible {
  public var file: String
  /// From 1; nil where the problem has no line.
  public var line: Int?
  public var message: String

  public init(file: String, line: Int?, message: String) {
    self.file = file
    self.line = line
    self.message = message
  }

  /// `themes/dusk.yaml:7: …`.
  public var description: String { "\(file)\(line.map { ":\($0)" } ?? ""): \(message)" }
}
