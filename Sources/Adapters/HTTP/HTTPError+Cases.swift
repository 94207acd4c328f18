import Operations

extension HTTPError {
  static func refused(_ request: HTTPRequest) -> HTTPError {
    HTTPError(
      url: URLText.presentable(request.url), phase: .request, blame: .request, isTimeout: false,
      reason: "not a request that can be sent", remedy: "check the URL and the proxy")
  }

  static func invalid(_ reason: String, _ request: HTTPRequest) -> HTTPError {
    HTTPError(
      url: URLText.presentable(request.url), phase: .request, blame: .request, isTimeout: false, reason: reason,
      remedy: "")
  }

  static func outOfMemory(_ request: HTTPRequest) -> HTTPError {
    HTTPError(
      url: URLText.presentable(request.url), phase: .request, blame: .local, isTimeout: false,
      reason: "this machine has no memory left for a transfer", remedy: "")
  }

  static func tooLong(_ reason: String, _ request: HTTPRequest) -> HTTPError {
    HTTPError(
      url: URLText.presentable(request.url), phase: .response, blame: .peer, isTimeout: false, reason: reason,
      remedy: "is it the right address?")
  }

  static func badStatus(_ status: Int, _ request: HTTPRequest) -> HTTPError {
    HTTPError(
      url: URLText.presentable(request.url), phase: .response, blame: .peer, isTimeout: false,
      reason: "HTTP \(status)", remedy: "")
  }

  static func silent(_ request: HTTPRequest) -> HTTPError {
    HTTPError(
      url: URLText.presentable(request.url), phase: .response, blame: .peer, isTimeout: true,
      reason: "silent for \(DurationText.of(request.idleTimeout))", remedy: "")
  }
}
