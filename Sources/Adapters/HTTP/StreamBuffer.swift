import Synchronization

/// Bytes between the transfer loop and the reader of a stream. It is bounded: when it is full the transfer pauses, and
/// the peer feels it.
final class StreamBuffer: Sendable {
  private static let capacity = 256 << 10

  private struct State {
    var bytes: [UInt8] = []
    var wasRefused = false
    var end: Result<Void, any Error>?
    var reader: CheckedContinuation<[UInt8]?, any Error>?
  }

  private let state = Mutex(State())
  /// Called when a refused offer would be taken now.
  private let onRoom: @Sendable () -> Void

  init(onRoom: @escaping @Sendable () -> Void) { self.onRoom = onRoom }

  /// Takes all of `offered`, or nothing when there is no room.
  func offer(_ offered: UnsafeRawBufferPointer) -> Bool {
    let (taken, reader) = state.withLock { state -> (Bool, CheckedContinuation<[UInt8]?, any Error>?) in
      if let reader = state.reader {
        state.reader = nil
        return (true, reader)
      }
      guard state.bytes.count + offered.count <= Self.capacity else {
        state.wasRefused = true
        return (false, nil)
      }
      state.bytes.append(contentsOf: offered)
      return (true, nil)
    }
    reader?.resume(returning: Array(offered))
    return taken
  }

  func finish(_ result: Result<Void, any Error>) {
    let reader = state.withLock { state in
      if state.end == nil { state.end = result }
      defer { state.reader = nil }
      return state.reader
    }
    switch result {
    case .success: reader?.resume(returning: nil)
    case .failure(let error): reader?.resume(throwing: error)
    }
  }

  /// The bytes that have come since the last call, or nil at the end. One reader at a time.
  func next() async throws -> [UInt8]? {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { reader in
        let (now, room) = state.withLock { state in take(for: reader, in: &state) }
        if let now { reader.resume(with: now) }
        if room { onRoom() }
      }
    } onCancel: {
      finish(.failure(CancellationError()))
    }
  }

  private func take(
    for reader: CheckedContinuation<[UInt8]?, any Error>, in state: inout State
  ) -> (Result<[UInt8]?, any Error>?, Bool) {
    if !state.bytes.isEmpty {
      let bytes = state.bytes
      state.bytes = []
      let room = state.wasRefused
      state.wasRefused = false
      return (.success(bytes), room)
    }
    if let end = state.end { return (end.map { nil }, false) }
    if state.reader != nil { return (.success(nil), false) }
    state.reader = reader
    // The transfer may be paused on a buffer that has been emptied since.
    let room = state.wasRefused
    state.wasRefused = false
    return (nil, room)
  }
}
