/// What a descriptor can be ready for.
public struct SocketInterest: OptionSet, Sendable, Hashable {
  public let rawValue: UInt8

  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Bytes, a connection, the end of the stream or an error can be read without blocking.
  public static let read = SocketInterest(rawValue: 1)
  /// Bytes can be written, or a connection attempt has ended.
  public static let write = SocketInterest(rawValue: 2)
}
