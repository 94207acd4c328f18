@preconcurrency import Dispatch
import Glibc

/// Waits for the first of some signals, whose default actions it takes away.
final class SignalWait: Sendable {
  private let stream: AsyncStream<Int32>
  private let sources: [any DispatchSourceSignal]

  init(_ signals: [Int32]) {
    let (stream, continuation) = AsyncStream.makeStream(of: Int32.self, bufferingPolicy: .bufferingOldest(1))
    self.stream = stream
    sources = signals.map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { continuation.yield(number) }
      source.activate()
      return source
    }
  }

  deinit { for source in sources { source.cancel() } }

  func first() async -> Int32 {
    for await number in stream { return number }
    return 0
  }
}
