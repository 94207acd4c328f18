import FoundationEssentials
import HTTPAdapter
import Operations

/// etcd's API as JSON over HTTP ("gRPC gateway", etcd 3.4), with its members tried in turn.
actor EtcdGateway {
  let settings: EtcdSettings
  private let client: HTTPClient
  /// Where the last good answer came from.
  private var preferred = 0
  private var token: Secret?
  private var cluster: EtcdNumber?

  init(settings: EtcdSettings, client: HTTPClient) {
    self.settings = settings
    self.client = client
  }

  /// The first answer that can be used, of the member that answered last and then of the others.
  ///
  /// A request may have taken effect at a member whose answer got lost, and is then sent to the next one: whoever asks
  /// must stand a repetition.
  func ask<Answer: EtcdAnswer>(
    _ path: String, _ question: some Encodable & Sendable, for _: Answer.Type = Answer.self
  ) async throws -> Answer {
    let body = Array(try JSONEncoder().encode(question))
    var reasons: [String] = []
    for offset in settings.endpoints.indices {
      let index = (preferred + offset) % settings.endpoints.count
      do {
        let answer: Answer = try await ask(settings.endpoints[index], path, body)
        preferred = index
        return answer
      } catch let error as MemberError {
        reasons.append("\(Self.shown(settings.endpoints[index])): \(error.reason)")
      }
      try Task.checkCancellation()
    }
    throw EtcdError.unreachable(reasons)
  }

  /// The same of one member, for whoever wants to know about that one.
  func ask<Answer: EtcdAnswer>(
    _ path: String, _ question: some Encodable & Sendable, of endpoint: String, for _: Answer.Type = Answer.self
  ) async throws -> Answer {
    do {
      return try await ask(endpoint, path, Array(try JSONEncoder().encode(question)))
    } catch let error as MemberError {
      throw EtcdError.unreachable([error.reason])
    }
  }

  private func ask<Answer: EtcdAnswer>(_ endpoint: String, _ path: String, _ body: [UInt8]) async throws -> Answer {
    let isNew = try await authenticate(at: endpoint)
    var response = try await send(endpoint, path, body)
    if settings.user != nil, !isNew, Self.isOutOfDate(response) {
      token = nil
      try await authenticate(at: endpoint)
      response = try await send(endpoint, path, body)
    }
    return try read(response)
  }

  @discardableResult
  private func authenticate(at endpoint: String) async throws -> Bool {
    guard let user = settings.user, token == nil else { return false }
    let question = EtcdQuestion.Authenticate(name: user, password: settings.password?.reveal() ?? "")
    let body = Array(try JSONEncoder().encode(question))
    let answer: EtcdToken = try read(try await send(endpoint, "auth/authenticate", body))
    token = Secret(answer.token)
    return true
  }

  private func send(_ endpoint: String, _ path: String, _ body: [UInt8]) async throws -> HTTPResponse {
    var request = HTTPRequest(method: "POST", url: "\(endpoint)/v3/\(path)")
    request.headers = [HTTPField("Content-Type", "application/json")]
    if let token { request.secretHeaders = [(name: "Authorization", value: token)] }
    request.body = body
    request.timeout = settings.timeout
    request.connectTimeout = settings.timeout
    request.certificateAuthorityFile = settings.certificateAuthorityFile
    request.clientCertificate = settings.clientCertificate
    request.maximumResponseBytes = 64 << 10
    do {
      return try await client.send(request)
    } catch let error as HTTPError {
      throw MemberError(reason: error.remedy.isEmpty ? error.reason : "\(error.reason); \(error.remedy)")
    }
  }

  private func read<Answer: EtcdAnswer>(_ response: HTTPResponse) throws -> Answer {
    let data = Data(response.body)
    guard response.isSuccess else { throw failure(response) }
    guard let answer = try? JSONDecoder().decode(Answer.self, from: data) else {
      throw MemberError(reason: "its answer is not etcd's: \(EtcdText.bounded(response.text, to: 80))")
    }
    guard let header = answer.header, let cluster = header.cluster else {
      throw MemberError(reason: "its answer names no cluster; is it etcd?")
    }
    if let known = self.cluster, known != cluster {
      throw MemberError(
        reason: "it belongs to another etcd cluster than who answered before; name the members of one cluster, "
          + "and start this host again if the cluster was made anew")
    }
    self.cluster = cluster
    return answer
  }

  /// What a member's refusal means: of this member, to be tried at the next one, or of etcd as a whole.
  private func failure(_ response: HTTPResponse) -> any Error {
    let said = try? JSONDecoder().decode(EtcdFailure.self, from: Data(response.body))
    guard let text = said?.message ?? said?.error else {
      return MemberError(
        reason: response.status == 404
          ? "HTTP 404; is it etcd 3.4 or newer, and its gateway on (--enable-grpc-gateway)?"
          : "HTTP \(response.status): \(EtcdText.bounded(response.text, to: 80))")
    }
    let message = EtcdText.bounded(text)
    switch said?.code {
    case 3 where text.contains("user name is empty"):
      return EtcdError.refused("\(message); set user and password")
    case 3 where text.contains("authentication failed"): return EtcdError.refused("\(message); check user and password")
    case 7:
      let keys = "\(settings.key) and \(settings.key).holding"
      return EtcdError.refused("\(message); give the user's role readwrite on \(keys)")
    case 9 where text.contains("authentication is not enabled"):
      return EtcdError.refused("\(message); enable it, or leave user and password out")
    case 3, 5, 9, 11, 16: return EtcdError.refused(message)
    default: return MemberError(reason: message)
    }
  }

  /// Tokens end with time, and when etcd's users or roles change.
  private static func isOutOfDate(_ response: HTTPResponse) -> Bool {
    response.status == 401 || response.status == 400 && response.text.contains("revision of auth store is old")
  }

  /// Without the scheme, and without what may hold a secret.
  static func shown(_ endpoint: String) -> String {
    let rest = endpoint.firstRange(of: "://").map { endpoint[$0.upperBound...] } ?? endpoint[...]
    return String(rest.split(separator: "@").last ?? rest)
  }
}

/// One member gave no answer that can be used; another one may.
private struct MemberError: Error {
  var reason: String
}
