import Operations
import TestSupport
import Testing

@testable import Host

/// What the doctor finds of a lease.
@Suite(.timeLimit(.minutes(1))) struct DoctorLeaseTests {
  private func doctor(_ lease: String, journal: String) throws -> Doctor {
    let text = """
      service: app.example.test
      control-socket: /tmp/none.sock
      journal: \(journal)
      \(lease)
      record-set:
        name: app.example.test
        servers: ["127.0.0.1:1"]
        powerdns: {url: "http://127.0.0.1:1", zone: example.test, api-key: {environment: NONE}}
      clouds:
        - {id: aws, address: 127.77.1.10, url: "https://127.77.1.10:8443"}
        - {id: azure, address: 127.77.2.10, url: "https://127.77.2.10:8443"}
      """
    return try Doctor(configuration: try ConfigurationLoader.parse(text, file: "signalbox.yaml"))
  }

  @Test func theLockAndItsHolder() async throws {
    let directory = TemporaryDirectory("signalbox-doctor")
    let journal = "\(directory.path)/journal"
    let doctor = try doctor("automation: manual", journal: journal)
    #expect(
      await doctor.lease() == [Finding(subject: "lease", state: .fine, detail: "lock beside the journal: free")])
    let held = try #require(try await LeaseLock(beside: journal).acquire(holder: "kit@ops1"))
    #expect(await doctor.lease().map(\.detail) == ["lock beside the journal: held by kit@ops1"])
    await held.release()
  }

  @Test func everyMemberOfEtcdAndTheHolder() async throws {
    let server = await EtcdServer.started("127.44.6.2")
    defer { server.kill() }
    let dead = "http://127.44.6.3:2379"
    let doctor = try doctor("lease: {etcd: {endpoints: [\"\(dead)\", \"\(server.url)\"]}}", journal: "/tmp/none")
    let findings = await doctor.lease()
    #expect(findings.map(\.subject) == ["etcd 127.44.6.3:2379", "etcd 127.44.6.2:2379", "lease"])
    #expect(findings.map(\.state) == [.fault, .fine, .fine])
    #expect(findings[0].detail == "connection refused")
    #expect(findings[1].detail.hasPrefix("etcd 3."))
    #expect(findings[2].detail == "etcd 127.44.6.3:2379, 127.44.6.2:2379: free")
    server.kill()
    #expect(await doctor.lease().map(\.state) == [.fault, .fault, .fault])
  }

  @Test func aSecretThatIsNotThereIsOneFinding() async throws {
    let user = "user: signalbox, password: {environment: SIGNALBOX_TEST_NO_SUCH_VARIABLE}"
    let doctor = try doctor("lease: {etcd: {endpoints: [\"https://127.44.6.3:2379\"], \(user)}}", journal: "/tmp/none")
    let findings = await doctor.lease()
    #expect(findings.map(\.state) == [.fault])
    #expect(findings.first?.detail.contains("SIGNALBOX_TEST_NO_SUCH_VARIABLE") == true)
  }
}
