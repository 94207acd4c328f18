import CLibcurl
import Glibc
import Operations

/// What libcurl knows of a failed transfer, made into words.
struct FailureReport {
  var code: CURLcode
  var message: String
  /// Of the operating system, 0 when it had nothing to say.
  var errorNumber: Int32
  var isConnected: Bool
  var isResolved: Bool
  var isReady: Bool
  /// A `CURLPX_` code.
  var proxyError: Int
  /// The proxy's answer to CONNECT, 0 when there was none.
  var connectStatus: Int
  var request: HTTPRequest

  var error: HTTPError {
    let (phase, blame) = place
    return HTTPError(
      url: URLText.presentable(request.url), phase: phase, blame: blame, isTimeout: code == CURLE_OPERATION_TIMEDOUT,
      isGarbage: phase == .response && Self.garbage.contains { $0 == code }, reason: reason(phase, blame),
      remedy: remedy(phase, blame))
  }

  /// Errors that say something of this machine and nothing of the peer.
  private static let localErrors: Set<Int32> = [
    EMFILE, ENFILE, ENOBUFS, ENOMEM, EADDRNOTAVAIL, ENETUNREACH, EACCES, EPERM, EAFNOSUPPORT,
  ]

  private static let garbage = [
    CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL, CURLE_HTTP2, CURLE_BAD_CONTENT_ENCODING,
  ]

  private var place: (HTTPError.Phase, HTTPError.Blame) {
    if code == CURLE_OUT_OF_MEMORY { return (.request, .local) }
    if Self.localErrors.contains(errorNumber), request.unixSocketPath == nil { return (.connect, .local) }
    // An answer that is no HTTP/1 is an unsupported protocol to libcurl.
    if code == CURLE_UNSUPPORTED_PROTOCOL, isReady { return (.response, .peer) }
    switch code {
    case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_FUNCTION_ARGUMENT: return (.request, .request)
    case CURLE_SSL_CACERT_BADFILE: return (.tls, .local)
    case CURLE_SSL_CERTPROBLEM where request.clientCertificate != nil: return (.tls, .local)
    case CURLE_COULDNT_RESOLVE_HOST: return (.resolve, .peer)
    case CURLE_COULDNT_RESOLVE_PROXY: return (.proxy, .proxy)
    case CURLE_PROXY: return proxyAnswered ? (.connect, .peer) : (.proxy, .proxy)
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER:
      return (.tls, .peer)
    default: break
    }
    if request.proxy != nil {
      if connectStatus != 0, !(200...299).contains(connectStatus) {
        return (500...599).contains(connectStatus) ? (.connect, .peer) : (.proxy, .proxy)
      }
      if !isConnected { return (.proxy, .proxy) }
    }
    if isReady { return (.response, .peer) }
    if isConnected { return (request.url.lowercased().hasPrefix("https:") ? .tls : .connect, .peer) }
    return (isResolved || code != CURLE_OPERATION_TIMEDOUT ? .connect : .resolve, .peer)
  }

  /// Whether a SOCKS proxy did its work and reports about the peer.
  private var proxyAnswered: Bool {
    let aboutPeer: [CURLproxycode] = [
      CURLPX_REPLY_GENERAL_SERVER_FAILURE, CURLPX_REPLY_NETWORK_UNREACHABLE, CURLPX_REPLY_HOST_UNREACHABLE,
      CURLPX_REPLY_CONNECTION_REFUSED, CURLPX_REPLY_TTL_EXPIRED,
    ]
    return aboutPeer.contains { Int($0.rawValue) == proxyError }
  }

  private func reason(_ phase: HTTPError.Phase, _ blame: HTTPError.Blame) -> String {
    let prefix = phase == .proxy ? "proxy \(URLText.presentable(request.proxy ?? "")): " : ""
    if code == CURLE_OPERATION_TIMEDOUT { return prefix + timeoutReason(phase) }
    if connectStatus != 0, !(200...299).contains(connectStatus) {
      return prefix + "the proxy answered \(connectStatus) to CONNECT"
    }
    if errorNumber == ECONNREFUSED { return prefix + "connection refused" }
    if errorNumber != 0, phase == .connect || phase == .proxy {
      return prefix + String(cString: strerror(errorNumber)).lowercasedFirst
    }
    switch code {
    case CURLE_GOT_NOTHING: return "the connection was closed without an answer"
    case CURLE_COULDNT_RESOLVE_HOST: return "the name does not resolve"
    case CURLE_COULDNT_RESOLVE_PROXY: return prefix + "its name does not resolve"
    default: return prefix + (message.isEmpty ? String(cString: curl_easy_strerror(code)) : message).lowercasedFirst
    }
  }

  private func timeoutReason(_ phase: HTTPError.Phase) -> String {
    let limit = phase == .response ? request.timeout : min(request.timeout, request.connectTimeout)
    let waited = DurationText.of(limit)
    switch phase {
    case .resolve: return "the name did not resolve within \(waited)"
    case .proxy, .connect: return "no connection within \(waited)"
    case .tls: return "no TLS handshake within \(waited)"
    case .request, .response: return "no answer within \(waited)"
    }
  }

  private func remedy(_ phase: HTTPError.Phase, _ blame: HTTPError.Blame) -> String {
    switch (phase, blame) {
    case _ where lacksOwnCertificate: "the server asks for a client's certificate: name one"
    case (.request, .request): "write it as http://host:port/path or https://host:port/path"
    case (.tls, .local): localTLSRemedy
    case (.tls, .peer):
      code == CURLE_PEER_FAILED_VERIFICATION
        ? "name the authority that signed it, or correct the host name" : "does it speak TLS 1.3?"
    case (_, .local):
      errorNumber == EMFILE || errorNumber == ENFILE
        ? "raise the limit of open files (ulimit -n)" : "check this machine's own network"
    case (.proxy, _): "check that the proxy runs and lets this machine in"
    default: ""
    }
  }
}

extension FailureReport {
  /// A TLS 1.3 server says so only after the handshake, and older ones call what is missing bad.
  fileprivate var lacksOwnCertificate: Bool {
    request.clientCertificate == nil
      && ["alert certificate required", "alert bad certificate"].contains { message.contains($0) }
  }

  fileprivate var localTLSRemedy: String {
    guard code == CURLE_SSL_CERTPROBLEM, let own = request.clientCertificate else {
      return "check the file of certificate authorities \(request.certificateAuthorityFile ?? "")"
    }
    return "check the client certificate \(own.certificateFile) and its key \(own.keyFile)"
  }
}

extension String {
  /// libcurl and the system begin with a capital; ours is the middle of a sentence.
  fileprivate var lowercasedFirst: String {
    guard let first, dropFirst().first?.isLowercase == true else { return self }
    return first.lowercased() + dropFirst()
  }
}
