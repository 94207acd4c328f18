import Operations

/// One exchange on its way. It belongs to the transfer loop's thread.
final class Transfer {
  enum Kind: Sendable {
    case exchange
    case stream
    /// Ends when connected.
    case connectOnly
    /// An exchange whose header fields nobody wants, and of whose body only the beginning, up to the request's limit:
    /// a longer one is no fault.
    case beginningOnly
  }

  /// The end of a transfer: an answer, or why there is none.
  typealias Completion = @Sendable (Result<HTTPResponse, any Error>) -> Void

  /// Bounds what a peer can make this process keep, besides the body.
  static let maximumHeaderBytes = 64 << 10

  let id: UInt64
  let request: HTTPRequest
  let kind: Kind
  let completion: Completion
  /// Where a stream's bytes go.
  let sink: StreamBuffer?
  var easy: EasyHandle?

  var body: [UInt8] = []
  var headers: [HTTPField] = []
  var headerBytes = 0
  /// Why this end of the transfer refused to take more.
  var refusal: Refusal?
  /// The error number when a socket could not be made.
  var socketErrno: Int32 = 0
  var isPaused = false
  /// When a stream is given up if it stays silent.
  var idleDeadline: ContinuousClock.Instant?

  enum Refusal {
    case bodyTooLong
    case headersTooLong
    case badStatus(Int)
  }

  init(
    id: UInt64, request: HTTPRequest, kind: Kind, sink: StreamBuffer? = nil, completion: @escaping Completion
  ) {
    self.id = id
    self.request = request
    self.kind = kind
    self.sink = sink
    self.completion = completion
  }
}
