import CLibcurl
import Glibc
import Operations

extension EasyHandle {
  /// Debian's bundle of certificate authorities; naming it lets libcurl keep it parsed between connections.
  private static let systemAuthorities = "/etc/ssl/certs/ca-certificates.crt"

  /// Makes this handle perform `request`; false when libcurl refuses a part of it.
  func configure(_ request: HTTPRequest, kind: Transfer.Kind) -> Bool {
    reset()
    set(CURLOPT_NOSIGNAL, 1)
    // Without it, removing a transfer that still resolves its name waits for the resolver's thread.
    set(CURLOPT_QUICK_EXIT, 1)
    set(CURLOPT_PROTOCOLS_STR, "http,https")
    set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
    guard set(CURLOPT_URL, request.url) else { return false }
    configureTimeouts(request, kind: kind)
    configureConnection(request)
    guard configureProxy(request) else { return false }
    configureTLS(request)
    if kind == .connectOnly {
      set(CURLOPT_CONNECT_ONLY, 1)
      return true
    }
    return configureContent(request)
  }

  private func configureTimeouts(_ request: HTTPRequest, kind: Transfer.Kind) {
    // 0 means none to libcurl.
    set(CURLOPT_CONNECTTIMEOUT_MS, max(1, Int(request.connectTimeout.wholeMicroseconds / 1000)))
    if kind != .stream { set(CURLOPT_TIMEOUT_MS, max(1, Int(request.timeout.wholeMicroseconds / 1000))) }
  }

  private func configureConnection(_ request: HTTPRequest) {
    if request.freshConnection {
      set(CURLOPT_FRESH_CONNECT, 1)
      set(CURLOPT_FORBID_REUSE, 1)
      set(CURLOPT_DNS_CACHE_TIMEOUT, 0)
    }
    if let path = request.unixSocketPath { set(CURLOPT_UNIX_SOCKET_PATH, path) }
    if !request.addressOverrides.isEmpty {
      // CURLOPT_RESOLVE would put the address into the cache that all transfers share.
      set(
        CURLOPT_CONNECT_TO,
        lines: request.addressOverrides.map { "\($0.host):\($0.port):\(Self.bracketed($0.address)):\($0.port)" })
    }
  }

  private func configureProxy(_ request: HTTPRequest) -> Bool {
    guard let proxy = request.proxy else { return set(CURLOPT_PROXY, "") }
    set(CURLOPT_NOPROXY, "")
    set(CURLOPT_HTTPPROXYTUNNEL, 1)
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    return set(CURLOPT_PROXY, proxy)
  }

  private func configureTLS(_ request: HTTPRequest) {
    guard request.url.lowercased().hasPrefix("https:") || request.proxy?.lowercased().hasPrefix("https:") == true
    else { return }
    let versions = [
      HTTPRequest.MinimumTLS.v12: CURL_SSLVERSION_TLSv1_2, .v13: CURL_SSLVERSION_TLSv1_3,
    ]
    set(CURLOPT_SSLVERSION, Int(versions[request.minimumTLS] ?? CURL_SSLVERSION_TLSv1_3))
    set(CURLOPT_CAINFO, request.certificateAuthorityFile ?? Self.systemAuthorities)
    // A directory of authorities would switch libcurl's cache of parsed authorities off.
    set(CURLOPT_CAPATH, pointer: nil)
    if let own = request.clientCertificate {
      set(CURLOPT_SSLCERT, own.certificateFile)
      set(CURLOPT_SSLKEY, own.keyFile)
    }
  }

  private func configureContent(_ request: HTTPRequest) -> Bool {
    set(CURLOPT_USERAGENT, "signalbox")
    let method = request.method.uppercased()
    if method == "HEAD" {
      set(CURLOPT_NOBODY, 1)
    } else if let body = request.body {
      setBody(body)
      set(CURLOPT_CUSTOMREQUEST, method)
    } else if method == "GET" {
      set(CURLOPT_HTTPGET, 1)
    } else {
      set(CURLOPT_CUSTOMREQUEST, method)
    }
    if let credentials = request.credentials {
      // Basic, sent with the first request, is libcurl's default scheme.
      set(CURLOPT_USERNAME, credentials.user)
      set(CURLOPT_PASSWORD, credentials.password.reveal())
    }
    // A field without a value is written with a semicolon.
    var lines = request.headers.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
    lines += request.secretHeaders.map { "\($0.name): \($0.value.reveal())" }
    if request.body != nil { lines.append("Expect:") }
    return lines.isEmpty || set(CURLOPT_HTTPHEADER, lines: lines)
  }

  private static func bracketed(_ address: String) -> String {
    address.contains(":") && !address.hasPrefix("[") ? "[\(address)]" : address
  }
}
