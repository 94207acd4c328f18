import Operations

/// An answer before it is put on the wire.
struct ControlResponse: Sendable {
  enum Body: Sendable {
    case bytes([UInt8])
    /// Server-sent events: one `snapshot` event for each element.
    case events(AsyncStream<Snapshot>)
  }

  var status: Int
  var contentType: String
  var body: Body

  static func json(_ value: some Encodable, status: Int = 200) -> ControlResponse {
    guard let bytes = try? ControlJSON.encode(value) else {
      return ControlResponse(status: 500, contentType: "text/plain", body: .bytes(Array("cannot be encoded\n".utf8)))
    }
    return ControlResponse(status: status, contentType: "application/json", body: .bytes(bytes))
  }

  static func text(_ text: String, status: Int = 200, type: String = "text/plain; charset=utf-8") -> ControlResponse {
    ControlResponse(status: status, contentType: type, body: .bytes(Array(text.utf8)))
  }

  static func failure(_ kind: ControlMessage.Failure.Kind, _ message: String, status: Int) -> ControlResponse {
    json(ControlMessage.Failure(kind: kind, message: message, holding: nil, plan: nil), status: status)
  }
}
