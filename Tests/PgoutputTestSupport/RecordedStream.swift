internal import Glibc
public import PostgresAdapter

/// The messages of a replication stream as a file keeps them: each with its length before it, four bytes, big-endian.
public struct RecordedStream: Sendable, Equatable {
  public var messages: [[UInt8]] = []

  public init(_ messages: [[UInt8]] = []) { self.messages = messages }

  public init(_ received: ReplicationMessages) {
    var begin = 0
    for end in received.ends {
      messages.append(Array(received.bytes[begin..<end]))
      begin = end
    }
  }

  public init(file: String) throws {
    guard let stream = fopen(file, "rb") else { throw Unreadable(file: file) }
    defer { fclose(stream) }
    var length = [UInt8](repeating: 0, count: 4)
    while fread(&length, 1, 4, stream) == 4 {
      var message = [UInt8](repeating: 0, count: length.reduce(0) { $0 << 8 | Int($1) })
      guard fread(&message, 1, message.count, stream) == message.count else { throw Unreadable(file: file) }
      messages.append(message)
    }
  }

  public func write(to file: String) throws {
    guard let stream = fopen(file, "wb") else { throw Unreadable(file: file) }
    defer { fclose(stream) }
    for message in messages {
      let length = withUnsafeBytes(of: UInt32(message.count).bigEndian) { Array($0) }
      fwrite(length, 1, 4, stream)
      fwrite(message, 1, message.count, stream)
    }
  }

  /// As the stream would deliver them at once.
  public var delivered: ReplicationMessages { delivered(0..<messages.count) }

  public func delivered(_ range: Range<Int>) -> ReplicationMessages {
    var delivered = ReplicationMessages()
    for message in messages[range] { delivered.append(message) }
    return delivered
  }

  public struct Unreadable: Error {
    public var file: String
  }
}
