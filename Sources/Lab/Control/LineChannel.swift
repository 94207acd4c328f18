import FoundationEssentials
import Glibc

/// JSON lines over a descriptor that blocks; used on threads, never on the cooperative pool.
final class LineChannel: @unchecked Sendable {
  private let descriptor: Int32
  private var pending: [UInt8] = []
  /// A longer line is no message of ours.
  private static let longestLine = 1 << 20

  /// Owns the descriptor from here on.
  init(descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  /// Wakes whoever reads, here and at the other side.
  func shutDown() { _ = shutdown(descriptor, Int32(SHUT_RDWR)) }

  /// - Returns: whether the other side could still be reached.
  @discardableResult
  func send(_ value: some Encodable) -> Bool {
    guard var bytes = try? JSONEncoder().encode(value) else { return false }
    bytes.append(UInt8(ascii: "\n"))
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        Glibc.write(descriptor, buffer.baseAddress?.advanced(by: sent), buffer.count - sent)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      sent += count
    }
    return true
  }

  /// Nil at the end of the stream, after the descriptor's receive time-out, or when the line is no such message.
  func receive<Value: Decodable>(_ type: Value.Type) -> Value? {
    var buffer = [UInt8](repeating: 0, count: 16_384)
    while true {
      if let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
        let line = Data(pending[..<end])
        pending.removeSubrange(...end)
        return try? JSONDecoder().decode(type, from: line)
      }
      guard pending.count < Self.longestLine else { return nil }
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return nil }
      pending += buffer[..<count]
    }
  }
}
