public import Operations

/// Probes with libcurl: every probe over a connection of its own, so that each phase is measured, all of them on the
/// client's one thread, so that a thousand a second cost little and a hung peer costs its own probe alone.
///
/// A TCP probe through `ssh -D` succeeds even when the peer refuses: OpenSSH answers the SOCKS request before it
/// has tried (channels.c, channel_decode_socks5). Probe by HTTP through such a proxy.
public struct HTTPProber: ProbePort {
  private let client: HTTPClient

  public init(client: HTTPClient) { self.client = client }

  public func probe(_ request: ProbeRequest) async -> ProbeResult {
    switch request.kind {
    case .http(let url, let expecting):
      await outcome(of: exchange(request, url: url), kind: .beginningOnly) { status in
        expecting.contains(status) ? .success(status: status) : .rejected("HTTP \(status)")
      }
    case .tcp(let host, let port):
      await outcome(
        of: exchange(request, url: "http://\(host.contains(":") ? "[\(host)]" : host):\(port)/"), kind: .connectOnly
      ) { _ in .success(status: nil) }
    }
  }

  private func exchange(_ request: ProbeRequest, url: String) -> HTTPRequest {
    var exchange = HTTPRequest(url: url)
    exchange.timeout = request.timeout
    exchange.connectTimeout = request.timeout
    exchange.proxy = request.proxy
    exchange.certificateAuthorityFile = request.certificateAuthorityFile
    exchange.freshConnection = true
    exchange.maximumResponseBytes = ReadinessAnswer.maximumBytes
    return exchange
  }

  private func outcome(
    of exchange: HTTPRequest, kind: Transfer.Kind, judging judge: (Int) -> ProbeResult.Outcome
  ) async -> ProbeResult {
    do {
      let response = try await client.perform(exchange, kind: kind)
      return ProbeResult(
        outcome: judge(response.status), timing: response.timing, database: ReadinessAnswer(response.body)?.report)
    } catch let error as HTTPError {
      return ProbeResult(outcome: Self.outcome(of: error), timing: nil)
    } catch {
      return ProbeResult(outcome: .inconclusive("the probe was cancelled"), timing: nil)
    }
  }

  private static func outcome(of error: HTTPError) -> ProbeResult.Outcome {
    switch error.blame {
    case .request, .proxy, .local: .inconclusive(error.reason)
    case .peer: error.isGarbage ? .rejected(error.reason) : .unreachable(error.reason)
    }
  }
}
