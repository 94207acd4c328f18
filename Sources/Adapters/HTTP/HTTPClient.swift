/// Sends HTTP requests over libcurl, all of them on one thread of its own.
///
/// Connections are kept and reused unless a request wants a fresh one. A client costs a thread and two descriptors;
/// ``shared`` serves everyone who needs no client of their own.
public final class HTTPClient: Sendable {
  let loop: TransferLoop

  /// - Parameter connectionsKept: open connections that are kept for later requests, over all hosts. One that sends
  ///   many requests at once to few hosts wants more: each that is not kept costs a handshake when the next burst comes.
  /// - Throws: ``HTTPError`` when the machine has no thread or descriptor left.
  public init(connectionsKept: Int = 64) throws(HTTPError) { loop = try TransferLoop(connectionsKept: connectionsKept) }

  deinit { loop.send(.stop) }

  /// The answer to `request`, whatever its status.
  ///
  /// - Throws: ``HTTPError``; `CancellationError` when the task is cancelled, after the transfer was taken down.
  public func send(_ request: HTTPRequest) async throws -> HTTPResponse {
    try await perform(request, kind: .exchange)
  }

  /// The body of the answer as it arrives. Reading slowly slows the sender down; dropping the stream ends the transfer.
  ///
  /// It throws ``HTTPError`` when the status is none of 200 to 299, when the connection breaks, and after
  /// ``HTTPRequest/idleTimeout`` of silence.
  public func stream(_ request: HTTPRequest) -> AsyncThrowingStream<[UInt8], any Error> {
    let loop = loop
    let id = loop.makeID()
    let buffer = StreamBuffer { loop.send(.resume(id)) }
    let owner = StreamOwner(client: self, id: id)
    if let error = request.problem {
      buffer.finish(.failure(error))
    } else {
      loop.send(.start(id: id, request, .stream, buffer) { _ in })
    }
    return AsyncThrowingStream(unfolding: {
      defer { withExtendedLifetime(owner) {} }
      return try await buffer.next()
    })
  }

  func perform(_ request: HTTPRequest, kind: Transfer.Kind) async throws -> HTTPResponse {
    if let error = request.problem { throw error }
    let loop = loop
    let id = loop.makeID()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        loop.send(.start(id: id, request, kind, nil) { continuation.resume(with: $0) })
        // A cancellation that came before the start found nothing to cancel.
        if Task.isCancelled { loop.send(.cancel(id)) }
      }
    } onCancel: {
      loop.send(.cancel(id))
    }
  }
}

/// Ends a stream's transfer when nobody can read it any more.
private final class StreamOwner: Sendable {
  let client: HTTPClient
  let id: UInt64

  init(client: HTTPClient, id: UInt64) {
    self.client = client
    self.id = id
  }

  deinit { client.loop.send(.cancel(id)) }
}
