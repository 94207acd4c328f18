import Foundation
import Operations
import Testing

@testable import Host

@Suite struct LeaseConfigurationTests {
  private static let lease = """
    lease:
      etcd:
        endpoints: ["https://ops1:2379", "https://ops2:2379", "https://ops3:2379"]
        ttl: 12s
        lock-delay: 5s
        timeout: 500ms
        user: signalbox
        password: {environment: ETCD_PASSWORD}
        certificate-authority: /etc/signalbox/etcd.pem
        client-certificate: /etc/signalbox/client.crt
        client-key: /etc/signalbox/client.key

    """

  private func parse(_ text: String) throws -> Configuration {
    try ConfigurationLoader.parse(text, file: "signalbox.yaml")
  }

  @Test func withoutItALockDecides() throws {
    #expect(try parse(ConfigurationSample.text).lease.etcd == nil)
    #expect(try parse(ConfigurationSample.text + "lease: {}\n").lease.etcd == nil)
  }

  @Test func readsEveryKey() throws {
    let etcd = try parse(ConfigurationSample.text + Self.lease).lease.etcd
    #expect(
      etcd
        == Configuration.Etcd(
          endpoints: ["https://ops1:2379", "https://ops2:2379", "https://ops3:2379"],
          key: "signalbox/app.example.test", timeToLive: .seconds(12), lockDelay: .seconds(5),
          timeout: .milliseconds(500), user: "signalbox", password: .environment("ETCD_PASSWORD"),
          certificateAuthority: "/etc/signalbox/etcd.pem",
          clientCertificate: .init(certificate: "/etc/signalbox/client.crt", key: "/etc/signalbox/client.key")))
  }

  @Test func hasDefaults() throws {
    let etcd = try parse(ConfigurationSample.text + "lease: {etcd: {endpoints: [\"http://127.0.0.1:2379\"]}}\n").lease
      .etcd
    #expect(etcd?.timeToLive == .seconds(15) && etcd?.lockDelay == .seconds(15) && etcd?.timeout == .seconds(1))
    #expect(etcd?.user == nil && etcd?.certificateAuthority == nil)
  }

  @Test func aLockDelayThatIsOverBeforeTheWriteLeaseIsNamed() {
    let failover = "failover:\n  fencing: {policy: lease, lease: 6s, margin: 1s}\n"
    #expect(throws: Never.self) {
      try parse(
        ConfigurationSample.text + failover + Self.lease.replacingOccurrences(of: "delay: 5s", with: "delay: 7s"))
    }
    #expect {
      try parse(ConfigurationSample.text + failover + Self.lease)
    } throws: { error in
      "\(error)".contains("set lease.etcd.lock-delay to at least 7 s, or shorten failover.fencing.lease")
    }
  }

  @Test(arguments: [
    ("ttl: 12s", "tll: 12s", "unknown key lease.etcd.tll; did you mean ttl?"),
    ("  etcd:", "  etdc:", "unknown key lease.etdc; did you mean etcd?"),
    ("ttl: 12s", "ttl: 2s", "lease.etcd.ttl: must lie between 3s and 5m"),
    ("ttl: 12s", "ttl: 12500ms", "lease.etcd.ttl: must be whole seconds"),
    ("timeout: 500ms", "timeout: 3s", "lease.etcd.timeout: asking 3 endpoints in turn may take 9s"),
    ("lock-delay: 5s", "lock-delay: 5", "no duration"),
    ("    user: signalbox\n", "", "user and password belong together"),
    ("    client-key: /etc/signalbox/client.key\n", "", "client-certificate and client-key belong together"),
    ("https://ops2", "http://ops2", "in the clear"), ("https://ops2", "ops2", "must begin with https:// or http://"),
    ("https://ops2", "https://kit:secret@ops2", "must not hold a user"), ("ops2", "ops1", "stands twice"),
    ("{environment: ETCD_PASSWORD}", "hunter2", "never written here"),
  ])
  func aMistakeIsNamed(old: String, new: String, words: String) {
    #expect(Self.lease.contains(old))
    #expect {
      try parse(ConfigurationSample.text + Self.lease.replacingOccurrences(of: old, with: new))
    } throws: { error in
      "\(error)".contains(words) && !"\(error)".contains("secret@") && !"\(error)".contains("hunter2")
    }
  }
}
