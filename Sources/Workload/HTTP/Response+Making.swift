internal import FoundationEssentials
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

extension Response {
  static func json(
    _ value: some Encodable, status: HTTPResponse.Status = .ok, type: String = "application/json"
  ) throws -> Response {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return bytes(ByteBuffer(bytes: try encoder.encode(value)), type: type, status: status)
  }

  static func text(_ text: String, type: String, status: HTTPResponse.Status = .ok) -> Response {
    bytes(ByteBuffer(string: text), type: type, status: status)
  }

  static func bytes(_ buffer: ByteBuffer, type: String, status: HTTPResponse.Status = .ok) -> Response {
    Response(
      status: status, headers: [.contentType: type, .cacheControl: "no-store"], body: ResponseBody(byteBuffer: buffer))
  }

  /// Sends a browser on with a GET.
  static func seeOther(_ location: String) -> Response {
    Response(status: .seeOther, headers: [.location: location, .cacheControl: "no-store"])
  }

  mutating func setCookie(_ cookie: String) { headers.append(HTTPField(name: .setCookie, value: cookie)) }
}

extension Problem {
  /// Tells a client how long to wait.
  func setRetryAfter(_ response: inout Response) {
    if let retryAfter { response.headers[.retryAfter] = String(retryAfter) }
  }
}
