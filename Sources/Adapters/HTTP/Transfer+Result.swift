import CLibcurl
import Glibc
import Operations

extension Transfer {
  func complete(_ result: Result<HTTPResponse, any Error>) {
    easy = nil
    sink?.finish(result.map { _ in })
    completion(result)
  }

  func fail(_ error: HTTPError) { complete(.failure(error)) }

  /// What libcurl's `code` means for this transfer.
  func result(_ code: CURLcode) -> Result<HTTPResponse, any Error> {
    guard let easy else { return .failure(CancellationError()) }
    let status = easy.long(CURLINFO_RESPONSE_CODE)
    if kind == .stream, code == CURLE_OK, !(200...299).contains(status) {
      return .failure(HTTPError.badStatus(status, request))
    }
    guard code == CURLE_OK else { return .failure(error(code, easy)) }
    return .success(HTTPResponse(status: status, headers: headers, body: body, timing: timing(easy)))
  }

  private func timing(_ easy: EasyHandle) -> ProbeTiming {
    let resolved = easy.microseconds(CURLINFO_NAMELOOKUP_TIME_T)
    let connected = easy.microseconds(CURLINFO_CONNECT_TIME_T)
    let secured = easy.microseconds(CURLINFO_APPCONNECT_TIME_T)
    let ready = easy.microseconds(CURLINFO_PRETRANSFER_TIME_T)
    let firstByte = easy.microseconds(CURLINFO_STARTTRANSFER_TIME_T)
    func span(_ from: Int64, _ to: Int64) -> Double? { to > 0 && to >= from ? Double(to - from) / 1000 : nil }
    return ProbeTiming(
      resolveMilliseconds: span(0, resolved), connectMilliseconds: span(resolved, connected),
      tlsMilliseconds: span(connected, secured),
      firstByteMilliseconds: ready > 0 ? span(ready, firstByte) : nil,
      totalMilliseconds: Double(easy.microseconds(CURLINFO_TOTAL_TIME_T)) / 1000)
  }

  private func error(_ code: CURLcode, _ easy: EasyHandle) -> HTTPError {
    switch refusal {
    case .bodyTooLong: return .tooLong("the answer is longer than \(request.maximumResponseBytes) bytes", request)
    case .headersTooLong: return .tooLong("the header is longer than \(Self.maximumHeaderBytes) bytes", request)
    case .badStatus(let status): return .badStatus(status, request)
    case nil: break
    }
    return FailureReport(
      code: code, message: easy.errorMessage,
      errorNumber: errorNumber(code, easy),
      isConnected: easy.microseconds(CURLINFO_CONNECT_TIME_T) > 0,
      isResolved: easy.microseconds(CURLINFO_NAMELOOKUP_TIME_T) > 0,
      isReady: easy.microseconds(CURLINFO_PRETRANSFER_TIME_T) > 0,
      proxyError: easy.long(CURLINFO_PROXY_ERROR), connectStatus: easy.long(CURLINFO_HTTP_CONNECTCODE),
      request: request
    ).error
  }

  /// The system's reason. libcurl keeps the one of the handle's last failure, so only failures that set it count.
  private func errorNumber(_ code: CURLcode, _ easy: EasyHandle) -> Int32 {
    if socketErrno != 0 { return socketErrno }
    switch code {
    case CURLE_COULDNT_CONNECT, CURLE_SEND_ERROR, CURLE_RECV_ERROR:
      return Int32(truncatingIfNeeded: easy.long(CURLINFO_OS_ERRNO))
    default: return 0
    }
  }
}
