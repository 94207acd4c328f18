import EtcdAdapter
import HTTPAdapter
import LeaseEngine
import Operations
import TestSupport

/// Ways to an etcd of a test's own.
enum EtcdBench {
  static let key = "signalbox/app.example.test"

  static func store(
    _ endpoints: [String], user: String? = nil, password: String? = nil, authority: String? = nil,
    certificate: String? = nil, timeout: Duration = .seconds(1)
  ) throws -> EtcdLeaseStore {
    EtcdLeaseStore(
      settings: EtcdSettings(
        endpoints: endpoints, key: key, user: user, password: password.map { Secret($0) },
        certificateAuthorityFile: authority,
        clientCertificate: certificate.map { .init(certificateFile: $0, keyFile: $0) }, timeout: timeout),
      client: try HTTPClient())
  }

  static func lease(
    _ endpoints: [String], ttl: Duration = .seconds(3), lockDelay: Duration = .zero
  ) throws -> ExpiringLease {
    ExpiringLease(
      store: try store(endpoints), settings: LeaseSettings(ttl: ttl, lockDelay: lockDelay), clock: ContinuousClock())
  }

  /// Asks until `lease` is given; an etcd that cannot be reached meanwhile is asked again.
  static func acquired(
    _ lease: ExpiringLease, as holder: String, within limit: Duration = .seconds(30)
  ) async -> (any HeldLease)? {
    var held: (any HeldLease)?
    _ = await eventually(within: limit) {
      held = try? await lease.acquire(holder: holder)
      return held != nil
    }
    return held
  }

  /// Asks etcd something that a lease does not need.
  @discardableResult
  static func ask(_ url: String, _ path: String, _ body: String, token: String? = nil) async throws -> HTTPResponse {
    var request = HTTPRequest(method: "POST", url: "\(url)/v3/\(path)")
    request.body = Array(body.utf8)
    if let token { request.headers = [HTTPField("Authorization", token)] }
    return try await HTTPClient().send(request)
  }
}
