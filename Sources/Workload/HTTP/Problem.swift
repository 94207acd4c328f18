internal import Hummingbird

/// Why a request was not served, in the one shape that the API answers with (RFC 9457).
struct Problem: Error, Encodable, Sendable, Equatable {
  /// A kind of problem that a program can tell from others; it names a section of the documentation.
  enum Kind: String, Sendable {
    case badRequest = "bad-request"
    case invalid = "invalid-fields"
    case unauthenticated
    case forbidden
    case notFound = "not-found"
    case methodNotAllowed = "method-not-allowed"
    case conflict
    case stale = "changed-meanwhile"
    case tooLarge = "too-large"
    case tooManyAttempts = "too-many-attempts"
    case unavailable
    case failed = "internal"

    var status: HTTPResponse.Status {
      switch self {
      case .badRequest: .badRequest
      case .invalid: .unprocessableContent
      case .unauthenticated: .unauthorized
      case .forbidden: .forbidden
      case .notFound: .notFound
      case .methodNotAllowed: .methodNotAllowed
      case .conflict: .conflict
      case .stale: .preconditionFailed
      case .tooLarge: .contentTooLarge
      case .tooManyAttempts: .tooManyRequests
      case .unavailable: .serviceUnavailable
      case .failed: .internalServerError
      }
    }
  }

  var kind: Kind
  var detail: String
  /// What is wrong with each field, by its name.
  var fields: [String: String]
  /// Seconds until it may go better; nil where waiting does not help, or nobody knows how long.
  var retryAfter: Int?

  init(_ kind: Kind, _ detail: String, fields: [String: String] = [:], retryAfter: Int? = nil) {
    self.kind = kind
    self.detail = detail
    self.fields = fields
    self.retryAfter = retryAfter ?? (kind == .unavailable ? 1 : nil)
  }

  var status: HTTPResponse.Status { kind.status }

  private enum Key: String, CodingKey { case type, title, status, detail, fields }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode("urn:signalbox:problem:\(kind.rawValue)", forKey: .type)
    try container.encode(status.reasonPhrase, forKey: .title)
    try container.encode(status.code, forKey: .status)
    try container.encode(detail, forKey: .detail)
    if !fields.isEmpty { try container.encode(fields, forKey: .fields) }
  }
}
