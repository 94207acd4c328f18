import Operations
import Testing

@testable import Host

@Suite struct ReplicationConfigurationTests {
  private static let database = """
        database: {host: h, name: app, user: signalbox, password: {environment: P}, application-role: app}

    """

  private func parse(_ replication: String, bothDatabases: Bool = true) throws -> [Configuration.Replication] {
    var text = ConfigurationSample.text
    if bothDatabases { text = text.replacing("    interlocks:", with: Self.database + "    interlocks:") }
    text = text.replacing("interlocks:\n", with: (bothDatabases ? Self.database : "") + "interlocks:\n")
    return try ConfigurationLoader.parse(text + replication, file: "signalbox.yaml").replication
  }

  private func message(_ replication: String, bothDatabases: Bool = true) -> String {
    do {
      _ = try parse(replication, bothDatabases: bothDatabases)
      return "accepted"
    } catch {
      return "\(error)"
    }
  }

  @Test func withoutAWordThereIsNoLink() throws { #expect(try parse("").isEmpty) }

  @Test func defaultsAreAsDescribed() throws {
    let link = try #require(try parse("replication: [{source: aws, target: azure}]\n").first)
    #expect(link.id == LinkID("aws-azure"))
    #expect(link.mode == .stream)
    #expect(link.schemas == ["public"])
    #expect(link.exclude.isEmpty)
    #expect(link.keyless == .refuse)
    #expect(link.parallelCopies == 2)
    #expect(link.decodingMegabytes == 256)
    #expect(link.logAlarmMegabytes == 10_240)
    #expect(link.lagLimit == .seconds(10))
    #expect(link.clockSkewLimit == .milliseconds(500))
    #expect(link.conflictsKept == .seconds(90 * 86_400))
    #expect(link.interval == .seconds(600))
    #expect(link.viaSource == nil)
  }

  @Test func everyKeyIsRead() throws {
    let text = """
      replication:
        - id: main
          mode: stream-both
          source: azure
          target: aws
          schemas: [public, billing]
          exclude: [public.tmp_*]
          keyless: insert-only
          parallel-copies: 4
          decoding-memory: 64
          log-alarm: 500
          lag-limit: 30s
          clock-skew-limit: 200ms
          keep-conflicts: 24h
          via:
            source: {host: 10.0.0.1, port: 6432}
            target: {host: 10.0.0.2}

      """
    let link = try #require(try parse(text).first)
    #expect(link.mode == .streamBoth)
    #expect(link.source == CloudID("azure"))
    #expect(link.keyless == .insertOnly)
    #expect(link.decodingMegabytes == 64)
    #expect(link.logAlarmMegabytes == 500)
    #expect(link.conflictsKept == .seconds(86_400))
    #expect(link.viaSource == Configuration.Way(host: "10.0.0.1", port: 6432))
    #expect(link.viaTarget?.port == 5432)
    #expect(link.exclude == ["public.tmp_*"])
  }

  @Test func theWayOfOneServerIntoTheOtherIsRead() throws {
    let text = """
      replication:
        - source: aws
          target: azure
          mode: native
          native:
            source: {host: db.internal, port: 6432, user: copier, password: {environment: P}, root-certificate: /ca.pem}
            target: {password-file: /etc/pgpass}

      """
    let link = try #require(try parse(text).first)
    #expect(
      link.nativeSource
        == Configuration.NativeWay(
          host: "db.internal", port: 6432, user: "copier", password: .environment("P"), rootCertificate: "/ca.pem"))
    #expect(link.nativeTarget == Configuration.NativeWay(passwordFile: "/etc/pgpass"))
    #expect(try parse("replication: [{source: aws, target: azure, mode: native}]\n").first?.nativeSource == nil)
  }

  @Test(arguments: [
    ("{source: aws, target: azure, native: {source: {host: h}}}", "belongs to mode native"),
    ("{source: aws, target: azure, mode: native, native: {sorce: {host: h}}}", "did you mean source?"),
    ("{source: aws, target: azure, mode: native, native: {source: {hots: h}}}", "did you mean host?"),
    (
      "{source: aws, target: azure, mode: native, native: {source: {password-file: /f, password: {environment: P}}}}",
      "takes the place of a password"
    ),
    (
      "{source: aws, target: azure, mode: native, native: {source: {root-certificate: ca.pem}}}",
      "the path must begin with /"
    ),
    ("{source: aws, target: azur}", "target azur is no cloud; did you mean azure?"),
    ("{source: aws, target: aws}", "the same cloud"), ("{source: aws}", "replication[0].target: is required"),
    ("{source: aws, target: azure, mod: stream}", "unknown key replication[0].mod; did you mean mode?"),
    ("{source: aws, target: azure, mode: strem}", "is not one of stream, stream-both, snapshot, native"),
    ("{source: aws, target: azure, interval: 5m}", "belongs to mode snapshot"),
    ("{source: aws, target: azure, mode: native, keyless: full}", "does not apply to mode native"),
    ("{source: aws, target: azure, mode: native, keep-conflicts: 24h}", "does not apply to mode native"),
    ("{source: aws, target: azure, keep-conflicts: 90d}", "keep-conflicts: “90d” is no duration"),
    ("{source: aws, target: azure, keyless: maybe}", "is not one of refuse, full, insert-only"),
    ("{source: aws, target: azure, parallel-copies: 0}", "from 1 to 16"),
    ("{source: aws, target: azure, decoding-memory: 256MB}", "a whole number from 1 to 65536"),
    ("{source: aws, target: azure, mode: native, decoding-memory: 64}", "does not apply to mode native"),
    ("{source: aws, target: azure, mode: snapshot, log-alarm: 5}", "does not apply to mode snapshot"),
    ("{source: aws, target: azure, lag-limit: 1ms}", "must lie between"),
    ("{source: aws, target: azure, via: {sorce: {host: h}}}", "did you mean source?"),
    ("{source: aws, target: azure, via: {source: {port: 1}}}", "replication[0].via.source.host: is required"),
    ("{id: a, source: aws, target: azure}, {id: a, source: azure, target: aws}", "the id a stands twice"),
    ("{source: aws, target: azure}, {source: azure, target: aws}", "stream-both goes both ways"),
  ])
  func mistakesAreNamed(link: String, words: String) {
    let message = message("replication: [\(link)]\n")
    #expect(message.contains(words), "\(message)")
  }

  @Test func aCloudWithoutADatabaseHasNoLink() {
    let message = message("replication: [{source: aws, target: azure}]\n", bothDatabases: false)
    #expect(message.contains("target azure has no database"), "\(message)")
  }
}
