/// Why a part of a cloud could not be observed.
public struct LocalCloudError: Error, Sendable, Equatable, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }
}
