import FoundationEssentials
import Glibc
import Host
import HTTPAdapter
import Lab
import Operations
import TestSupport
import Testing

/// A lab that is well.
@Suite(.serialized, .lab, .timeLimit(.minutes(4)))
enum LabTests {
  @Suite(.serialized) struct Healthy {
    @Test func bothCloudsServeTheApplicationInTLS13Only() async throws {
      let view = try await OutsideView(.current())
      for cloud in view.status.clouds {
        let response = try #require(try await view.get("/ready", from: cloud.id))
        #expect(response.status == 200)
        let old = await RunningLab.run([
          "openssl", "s_client", "-connect", "\(cloud.address):8443", "-tls1_2", "-CAfile",
          view.status.certificateAuthority,
        ])
        #expect(old.status != 0)
        #expect(cloud.instances.count == 2)
        #expect(cloud.instances.allSatisfy { $0.pid != nil })
      }
    }

    @Test func theConfigurationIsOneThatSignalboxReads() async throws {
      let status = try await RunningLab.current().status()
      let configuration = try ConfigurationLoader.load(status.configuration)
      #expect(configuration.clouds.map(\.id.rawValue) == ["aws", "azure"])
      #expect(configuration.vantages.count == 3)
      #expect(configuration.recordSet.ttl == .seconds(1))
    }

    @Test func passwordsAreInFilesThatNobodyElseReads() async throws {
      let status = try await RunningLab.current().status()
      let files =
        status.clouds.flatMap { [$0.database.passwordFile, $0.operator.passwordFile] }
        + [status.dns.apiKeyFile, status.configuration]
      for file in files {
        let attributes = try FileManager.default.attributesOfItem(atPath: file)
        #expect(attributes[.posixPermissions] as? Int == 0o600, "\(file)")
      }
    }

    @Test func noSecretIsInAProcessList() async throws {
      let status = try await RunningLab.current().status()
      let folder = status.directory + "/secrets"
      let list = await RunningLab.run(["sh", "-c", "cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' '"]).output
      for name in ["superuser", "owner", "application", "operator", "replicator", "dns-api-key", "haproxy-stats"] {
        let secret = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8).dropLast()
        #expect(secret.count >= 32)
        #expect(!list.contains(secret), "\(name) is in a process list")
      }
    }

    @Test func theSecondaryIsFencedAndFollowsThePrimary() async throws {
      let view = try await OutsideView(.current())
      #expect(try await view.sql("SHOW default_transaction_read_only", at: "aws").output == "off\n")
      #expect(try await view.sql("SHOW default_transaction_read_only", at: "azure").output == "on\n")
      let tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND has_table_privilege"
      let writable = tables + "(current_user, format('%I.%I', schemaname, tablename), 'INSERT')"
      #expect(try await view.sql(writable, at: "azure").output == "0\n")
      #expect(try await view.sql(writable, at: "aws").output != "0\n")
      #expect(try await view.replicates(within: .seconds(5)))
    }

    @Test func noSuperuserAndNoPlainConnectionForTheOperator() async throws {
      let view = try await OutsideView(.current())
      let superuser = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
      #expect(try await view.operatorSQL(superuser, at: "aws").output == "f\n")
      let plain = try await view.sql("SELECT 1", at: "aws", options: "sslmode=disable")
      #expect(plain.status != 0)
      #expect(
        try await view.sql("SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()", at: "aws").output
          == "TLSv1.3\n")
    }

    @Test(arguments: [4, 5]) func aVantageReachesBothCloudsAndNobodyElse(subnet: Int) async throws {
      let view = try await OutsideView(.current())
      let proxy = "socks5h://127.\(view.status.network).\(subnet).1:1080"
      for cloud in view.status.clouds {
        var request = HTTPRequest(url: cloud.url + "/ready")
        request.proxy = proxy
        request.certificateAuthorityFile = view.status.certificateAuthority
        #expect(try await view.client.send(request).status == 200)
      }
      var outside = HTTPRequest(url: "http://192.0.2.1/")
      outside.proxy = proxy
      await #expect(throws: HTTPError.self) { try await view.client.send(outside) }
    }

    @Test func namesAnswerBothCloudsAndTheAPIHasTheRecord() async throws {
      let view = try await OutsideView(.current())
      var seen: Set<String> = []
      for _ in 0..<60 { if let address = await view.resolve() { seen.insert(address) } }
      #expect(seen == Set(view.status.clouds.map(\.address)))
      #expect(try await view.zoneStatus() == 200)
    }
  }

  @Suite(.serialized) struct Faults {
    @Test func aDeadInstanceIsReplaced() async throws {
      let lab = try RunningLab.current()
      let before = try await lab.status()
      #expect(await lab.command("fault", "kill-instance", "aws").status == 0)
      let during = try await lab.status()
      #expect(during.clouds[0].instances.count { $0.pid == nil } == 1)
      let replaced = try await eventually {
        try await lab.status().clouds[0].instances.allSatisfy { $0.pid != nil }
      }
      #expect(replaced)
      #expect(try await lab.status().clouds[0].instances.map(\.pid) != before.clouds[0].instances.map(\.pid))
    }

    @Test func aDeadCloudAnswersNothingUntilHealed() async throws {
      let lab = try RunningLab.current()
      let view = try await OutsideView(lab)
      #expect(await lab.command("fault", "kill-cloud", "azure").status == 0)
      #expect(try await view.get("/ready", from: "azure") == nil)
      #expect(try await view.get("/ready", from: "aws")?.status == 200)
      #expect(try await lab.status().faults.map(\.description) == ["kill-cloud azure"])
      let healed = await lab.command("heal")
      #expect(healed.status == 0, "\(healed.output)")
      #expect(try await view.get("/ready", from: "azure")?.status == 200)
      #expect(try await view.replicates(within: .seconds(10)))
    }

    @Test func aFrozenDatabaseTakesConnectionsAndAnswersNothing() async throws {
      let lab = try RunningLab.current()
      let view = try await OutsideView(lab)
      #expect(await lab.command("fault", "freeze-database", "aws").status == 0)
      #expect(try await view.sql("SELECT 1", at: "aws").status != 0)
      #expect(try await view.sql("SELECT 1", at: "azure").status == 0)
      let healed = await lab.command("heal", "freeze-database", "aws")
      #expect(healed.status == 0, "\(healed.output)")
      #expect(try await view.sql("SELECT 1", at: "aws").status == 0)
      #expect(try await view.replicates(within: .seconds(10)))
    }

    @Test func aDeadDatabaseRefusesUntilHealed() async throws {
      let lab = try RunningLab.current()
      let view = try await OutsideView(lab)
      #expect(await lab.command("fault", "kill-database", "azure").status == 0)
      let refused = try await view.sql("SELECT 1", at: "azure")
      #expect(refused.output.contains("Connection refused"), "\(refused.output)")
      let healed = await lab.command("heal")
      #expect(healed.status == 0, "\(healed.output)")
      #expect(try await view.replicates(within: .seconds(10)))
    }

    @Test func slowAddsLatencyInOneCloud() async throws {
      let lab = try RunningLab.current()
      let view = try await OutsideView(lab)
      #expect(await lab.command("fault", "slow", "aws").status == 0)
      #expect(try #require(try await view.get("/ready", from: "aws")).timing.totalMilliseconds >= 600)
      #expect(try #require(try await view.get("/ready", from: "azure")).timing.totalMilliseconds < 600)
      #expect(await lab.command("heal", "slow", "aws").status == 0)
      #expect(try #require(try await view.get("/ready", from: "aws")).timing.totalMilliseconds < 600)
    }

    @Test func errorsHitAShareOfRequestsAndProbes() async throws {
      let lab = try RunningLab.current()
      let view = try await OutsideView(lab)
      #expect(await lab.command("fault", "errors", "azure").status == 0)
      for path in ["/ready", "/"] {
        var failed = 0
        for _ in 0..<60 where try await view.get(path, from: "azure")?.status == 500 { failed += 1 }
        // Half of sixty: five standard deviations are 19.
        #expect((11...49).contains(failed), "\(failed) of 60 requests for \(path) failed")
      }
      #expect(await lab.command("heal").status == 0)
      for _ in 0..<20 { #expect(try await view.get("/ready", from: "azure")?.status == 200) }
    }

    @Test func flappingComesAndGoes() async throws {
      let lab = try RunningLab.current()
      let view = try await OutsideView(lab)
      #expect(await lab.command("fault", "flap", "aws").status == 0)
      for expected in [500, 200, 500] {
        #expect(try await eventually { try await view.get("/ready", from: "aws")?.status == expected })
      }
      #expect(await lab.command("heal", "flap", "aws").status == 0)
      #expect(try await view.get("/ready", from: "aws")?.status == 200)
    }

    @Test func aCutLinkStopsReplicationAndCatchesUpWhenHealed() async throws {
      let lab = try RunningLab.current()
      let view = try await OutsideView(lab)
      #expect(await lab.command("fault", "cut-database-link").status == 0)
      #expect(try await !view.replicates(within: .seconds(2)))
      let healed = await lab.command("heal")
      #expect(healed.status == 0, "\(healed.output)")
      let beats = ["aws", "azure"]
      let now = "SELECT beaten_at FROM signalbox.heartbeat"
      let primary = try await view.operatorSQL(now, at: beats[0]).output
      #expect(try await view.operatorSQL(now, at: beats[1]).output == primary)
    }

    @Test func theDNSAPIAndTheNameServerFailApart() async throws {
      let lab = try RunningLab.current()
      let view = try await OutsideView(lab)
      #expect(await lab.command("fault", "dns-api-down").status == 0)
      #expect(try await view.zoneStatus() == nil)
      #expect(await view.resolve() != nil)
      #expect(await lab.command("heal", "dns-api-down").status == 0)
      #expect(await lab.command("fault", "dns-server-down").status == 0)
      #expect(try await view.zoneStatus() == 200)
      #expect(await view.resolve() == nil)
      #expect(await lab.command("heal").status == 0)
      #expect(await view.resolve() != nil)
    }

    @Test(arguments: [
      (["fault", "kil-cloud", "aws"], "did you mean kill-cloud"), (["fault", "kill-cloud"], "say which: aws or azure"),
      (["fault", "kill-cloud", "azur"], "did you mean azure"), (["heal", "slow", "aws"], "it is not there"),
      (["traffic", "--users", "0"], "--users"), (["up", "--instances", "99"], "--instances"),
      (["up", "--network", "1"], "--network"),
    ])
    func badInputIsNamed(words: [String], message: String) async throws {
      let lab = try RunningLab.current()
      let result = await RunningLab.run([RunningLab.program, "lab"] + words + ["--directory", lab.path])
      #expect(result.status != 0)
      #expect(result.output.contains(message), "\(result.output)")
      #expect(try await lab.status().faults == [])
    }

    @Test func aSecondLabInTheSameDirectoryIsRefused() async throws {
      let lab = try RunningLab.current()
      let second = await lab.command("up")
      #expect(second.status == 1)
      #expect(second.output.contains("a lab runs here already"), "\(second.output)")
      #expect(try await OutsideView(lab).get("/ready", from: "aws")?.status == 200)
    }
  }

  @Suite(.serialized) struct Visitors {
    @Test func usersReachBothCloudsAndAreCounted() async throws {
      let lab = try RunningLab.current()
      let status = try await lab.status()
      let settings = TrafficSettings(users: 40, thinkTime: .milliseconds(200), writeShare: 0.2)
      let traffic = try LabTraffic(settings, target: TrafficTarget(status))
      let report = try await traffic.run(for: .seconds(5), warmUp: .seconds(3))
      #expect(report.requests > 300)
      #expect(report.writes > 0)
      #expect(report.failures == 0, "\(report.failuresByReason)")
      for id in ["aws", "azure"] {
        let cloud = try #require(report.cloud(id))
        #expect(cloud.share > 0.2)
        #expect(cloud.p50Milliseconds > 0)
        #expect(cloud.p99Milliseconds >= cloud.p50Milliseconds)
      }
    }
  }
}
