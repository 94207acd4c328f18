import DNSAdapter
import EtcdAdapter
import HTTPAdapter
import JournalAdapter
import LeaseEngine
import LocalCloud
import Operations
import PostgresAdapter
import PostgresRole

/// Builds each adapter that a configuration asks for, one at a time, so that whoever checks them can go on after one
/// that cannot be built.
struct PartsBuilder: Sendable {
  let configuration: Configuration
  let http: HTTPClient

  func journal() throws -> SQLiteJournal { try SQLiteJournal(path: configuration.journal) }

  func lease() async throws -> any LeasePort {
    guard let etcd = configuration.lease.etcd, let store = try await leaseStore() else {
      return LeaseLock(beside: configuration.journal)
    }
    return ExpiringLease(
      store: store, settings: LeaseSettings(ttl: etcd.timeToLive, lockDelay: etcd.lockDelay), clock: ContinuousClock())
  }

  /// Nil where the lease is not kept in etcd.
  func leaseStore() async throws -> EtcdLeaseStore? {
    guard let etcd = configuration.lease.etcd else { return nil }
    var password: Secret?
    if let reference = etcd.password { password = try await SecretResolver.resolve(reference) }
    return EtcdLeaseStore(
      settings: EtcdSettings(
        endpoints: etcd.endpoints, key: etcd.key, user: etcd.user, password: password,
        certificateAuthorityFile: etcd.certificateAuthority,
        clientCertificate: etcd.clientCertificate.map { .init(certificateFile: $0.certificate, keyFile: $0.key) },
        timeout: etcd.timeout), client: http)
  }

  func recordSet() async throws -> PowerDNSProvider {
    let powerDNS = configuration.recordSet.powerDNS
    return PowerDNSProvider(
      settings: PowerDNSSettings(
        url: powerDNS.url, server: powerDNS.server, zone: powerDNS.zone, name: configuration.recordSet.name,
        apiKey: try await SecretResolver.resolve(powerDNS.apiKey), timeToLive: configuration.recordSet.ttl,
        addresses: addresses, certificateAuthorityFile: powerDNS.certificateAuthority, timeout: powerDNS.timeout),
      client: http)
  }

  func sampler() -> AuthoritativeSampler {
    AuthoritativeSampler(
      name: configuration.recordSet.name, servers: configuration.recordSet.servers, addresses: addresses)
  }

  func balancer(of cloud: Configuration.Cloud) async throws -> HAProxyObserver? {
    guard let haproxy = cloud.haproxy else { return nil }
    var credentials: HTTPRequest.Credentials?
    if let user = haproxy.user, let password = haproxy.password {
      credentials = .init(user: user, password: try await SecretResolver.resolve(password))
    }
    return HAProxyObserver(
      url: haproxy.url, backend: haproxy.backend, credentials: credentials,
      certificateAuthorityFile: haproxy.certificateAuthority, client: http)
  }

  func database(of cloud: Configuration.Cloud) async throws -> PostgresDatabase? {
    guard let database = cloud.database else { return nil }
    return PostgresDatabase(
      settings: try await settings(of: database), applicationRole: database.applicationRole)
  }

  func role(of cloud: Configuration.Cloud, actor: String) async throws -> PostgresRole? {
    guard let database = cloud.database else { return nil }
    return try PostgresRole(
      settings: try await settings(of: database), applicationRole: database.applicationRole, actor: actor)
  }

  /// The operator role's way in.
  func settings(of database: Configuration.Database, via way: Configuration.Way? = nil) async throws -> PostgresSettings
  {
    // Debian's bundle: libpq 15 knows no word for the system's authorities (sslrootcert=system came with 16).
    let authority = database.certificateAuthority ?? "/etc/ssl/certs/ca-certificates.crt"
    return PostgresSettings(
      hosts: [host(of: database, via: way)], database: database.name,
      user: database.user, password: try await SecretResolver.resolve(database.password),
      security: .verifyHost(rootCertificateFile: authority))
  }

  /// By way of an address, such as a tunnel's, the certificate still must be for the database's own host.
  func host(of database: Configuration.Database, via way: Configuration.Way?) -> PostgresSettings.Host {
    guard let way else { return .init(database.host, port: database.port) }
    guard PostgresSettings.Host.isAddress(way.host) else { return .init(way.host, port: way.port) }
    return .init(database.host, port: way.port, address: way.host)
  }

  func release(of cloud: Configuration.Cloud) -> ApplicationReleaseObserver {
    ApplicationReleaseObserver(url: cloud.url, certificateAuthorityFile: cloud.certificateAuthority, client: http)
  }

  func probe(of cloud: Configuration.Cloud, from vantage: Configuration.Vantage) -> ProbeRequest {
    ProbeRequest(
      kind: probeKind(of: cloud),
      timeout: configuration.probing.timeout, proxy: vantage.proxy,
      certificateAuthorityFile: cloud.certificateAuthority)
  }

  func probeKind(of cloud: Configuration.Cloud) -> ProbeRequest.Kind {
    .http(url: cloud.url + configuration.probing.path, expecting: 200...299)
  }

  private var addresses: [(cloud: CloudID, address: String)] {
    configuration.clouds.map { ($0.id, $0.address) }
  }
}
