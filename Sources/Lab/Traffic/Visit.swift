import HTTPAdapter

/// Requests to the application at the address a user's resolver gave.
struct Visit: Sendable {
  let target: TrafficTarget
  let client: HTTPClient
  let timeout: Duration
  let address: String

  func request(_ method: String, _ path: String) -> HTTPRequest {
    var request = HTTPRequest(method: method, url: "https://\(target.name):\(target.port)\(path)")
    request.addressOverrides = [.init(host: target.name, port: target.port, address: address)]
    request.certificateAuthorityFile = target.certificateAuthorityFile
    request.timeout = timeout
    return request
  }

  func send(_ request: HTTPRequest) async throws -> HTTPResponse { try await client.send(request) }
}
