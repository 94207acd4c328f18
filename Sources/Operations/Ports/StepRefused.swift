/// Thrown by a performer that knows for certain that the step had no effect, neither in this attempt nor in one before a
/// crash. After any other error it is not known whether the step stands: it is taken back too where it can be, and
/// nothing is where it was the point of no return.
public struct StepRefused: Error, Sendable, Equatable, CustomStringConvertible {
  public let description: String

  public init(_ reason: String) { description = reason }
}
