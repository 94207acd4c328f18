public import HTTPAdapter
public import Operations

/// The release that a cloud serves, as the application itself tells it in the JSON of `/ready`.
public struct ApplicationReleaseObserver: ReleaseObserver {
  private let url: String
  private let certificateAuthorityFile: String?
  private let client: HTTPClient

  /// - Parameter url: of the cloud's load balancer, without a path.
  public init(url: String, certificateAuthorityFile: String?, client: HTTPClient) {
    self.url = url
    self.certificateAuthorityFile = certificateAuthorityFile
    self.client = client
  }

  public func release() async throws -> String {
    var request = HTTPRequest(url: url + "/ready")
    request.timeout = .seconds(3)
    request.certificateAuthorityFile = certificateAuthorityFile
    request.maximumResponseBytes = 65_536
    let response = try await client.send(request)
    guard let ready = ReadyAnswer(response.body), !ready.release.isEmpty else {
      throw LocalCloudError("\(url)/ready: the answer names no release")
    }
    // Text from outside: short, and nothing that a terminal would obey.
    return String(ready.release.prefix(64).map { $0.isASCII && $0 >= " " && $0 != "\u{7F}" ? $0 : "?" })
  }
}
