/// Where the time of one probe went. A phase that was not reached, or does not exist for the scheme, is nil.
public struct ProbeTiming: Sendable, Equatable, Codable {
  public var resolveMilliseconds: Double?
  public var connectMilliseconds: Double?
  public var tlsMilliseconds: Double?
  public var firstByteMilliseconds: Double?
  public var totalMilliseconds: Double

  public init(
    resolveMilliseconds: Double? = nil, connectMilliseconds: Double? = nil, tlsMilliseconds: Double? = nil,
    firstByteMilliseconds: Double? = nil, totalMilliseconds: Double
  ) {
    self.resolveMilliseconds = resolveMilliseconds
    self.connectMilliseconds = connectMilliseconds
    self.tlsMilliseconds = tlsMilliseconds
    self.firstByteMilliseconds = firstByteMilliseconds
    self.totalMilliseconds = totalMilliseconds
  }
}
