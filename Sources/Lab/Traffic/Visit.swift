import FoundationEssentials
import HTTPAdapter

/// Requests to the application at the address a user's resolver gave.
struct Visit: Sendable {
  let target: TrafficTarget
  let client: HTTPClient
  let timeout: Duration
  let address: String

  func request(_ method: String, _ path: String, json: [String: String]? = nil) -> HTTPRequest {
    var request = HTTPRequest(method: method, url: "https://\(target.name):\(target.port)\(path)")
    request.addressOverrides = [.init(host: target.name, port: target.port, address: address)]
    request.certificateAuthorityFile = target.certificateAuthorityFile
    request.timeout = timeout
    if let json, let body = try? JSONEncoder().encode(json) {
      request.headers = [HTTPField("Content-Type", "application/json")]
      request.body = Array(body)
    }
    return request
  }
}
