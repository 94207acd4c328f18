internal import CLibpq
internal import SocketReadiness
internal import Synchronization

/// Owns a libpq connection. One owner uses it at a time: the connecting thread first, then the connection's actor.
final class ConnectionHandle: @unchecked Sendable {
  private(set) var pointer: OpaquePointer?
  let notices = NoticeLog()

  /// Takes over a connection that libpq has just begun.
  init(_ pointer: OpaquePointer) {
    self.pointer = pointer
    // The default receiver prints to standard error, over whatever is on the screen.
    PQsetNoticeReceiver(
      pointer,
      { log, result in
        guard let log, let text = PQresultErrorMessage(result) else { return }
        Unmanaged<NoticeLog>.fromOpaque(log).takeUnretainedValue().append(String(cString: text))
      }, Unmanaged.passUnretained(notices).toOpaque())
  }

  /// libpq's own message of the last failure, on one line.
  var message: String { oneLine(rawMessage) }

  var rawMessage: String {
    guard let pointer, let text = PQerrorMessage(pointer) else { return "the connection is closed" }
    return String(cString: text)
  }

  /// The host that is connected, or being tried.
  var host: PostgresSettings.Host? {
    guard let pointer, let name = PQhost(pointer), let port = PQport(pointer) else { return nil }
    return Int(String(cString: port)).map { PostgresSettings.Host(String(cString: name), port: $0) }
  }

  func close() {
    guard let pointer else { return }
    SocketReactor.shared.release(PQsocket(pointer))
    PQfinish(pointer)
    self.pointer = nil
  }

  deinit { close() }
}

/// What the server remarked on, the newest few.
final class NoticeLog: Sendable {
  private static let limit = 32
  private let notices = Mutex<[String]>([])

  func append(_ notice: String) {
    notices.withLock { notices in
      if notices.count == Self.limit { notices.removeFirst() }
      notices.append(oneLine(notice))
    }
  }

  func take() -> [String] {
    notices.withLock { notices in
      defer { notices = [] }
      return notices
    }
  }
}

/// A server's message without line breaks.
func oneLine(_ text: String) -> String {
  text.split(whereSeparator: \.isNewline).map { line in
    String(line.drop(while: \.isWhitespace))
  }.joined(separator: "; ")
}
