import Operations
import Testing

@testable import Host

@Suite struct FailoverMetricsTests {
  private func lines(_ change: (inout Snapshot) -> Void = { _ in }) -> [String] {
    var snapshot = FailoverWorld.snapshot()
    change(&snapshot)
    return MetricsText.write(snapshot).split(separator: "\n").map(String.init)
  }

  @Test func theStateOfTheEngineIsOneOfMany() {
    let lines = lines { $0.failover?.state = .suspecting }
    #expect(lines.contains("signalbox_failover_state{state=\"suspecting\"} 1.0"))
    #expect(lines.filter { $0.hasPrefix("signalbox_failover_state{") && $0.hasSuffix(" 1.0") }.count == 1)
    #expect(lines.contains("signalbox_automation{policy=\"automatic\"} 1.0"))
    #expect(lines.contains("signalbox_generation 7.0"))
  }

  @Test func theLastFailoverIsToldWithWhatEachStepTook() {
    let lines = lines { $0.operations = [FailoverWorld.ended(.failover(to: FailoverWorld.azure), took: 4)] }
    #expect(
      lines.contains("signalbox_failover_last_duration_seconds{lever=\"failover\",state=\"done\"} 4.0"))
    #expect(lines.contains("signalbox_failover_last_step_seconds{step=\"1\",title=\"fence\"} 4.0"))
    #expect(lines.contains("signalbox_operation_running{kind=\"failover\"} 0.0"))
    let running = self.lines { snapshot in
      snapshot.operations = [FailoverWorld.ended(.failover(to: FailoverWorld.azure), took: 4)]
      snapshot.operations[0].state = .running
      snapshot.operations[0].endedAt = nil
      snapshot.operations[0].steps[0].state = .running
    }
    #expect(running.contains("signalbox_operation_running{kind=\"failover\"} 1.0"))
    #expect(!running.contains { $0.hasPrefix("signalbox_failover_last_duration_seconds{") })
  }

  /// The end of a lease is one of the database's clock; it counts on while nobody answers.
  @Test func aWriteLeaseCountsDown() {
    let lines = lines {
      $0.failover?.roles[0] = FailoverWorld.role(FailoverWorld.aws, .primary, lease: .seconds(6), ago: .seconds(8))
    }
    #expect(lines.contains("signalbox_write_lease_seconds{cloud=\"aws\"} -2.0"))
    #expect(!lines.contains { $0.hasPrefix("signalbox_write_lease_seconds{cloud=\"azure\"") })
    #expect(!lines.contains { $0.hasPrefix("signalbox_database_takes_writes{cloud=\"aws\"") }, "too old to count")
    #expect(lines.contains("signalbox_database_takes_writes{cloud=\"azure\"} 0.0"))
  }

  @Test func whoSaysNothingIsLeftOut() {
    let lines = lines { snapshot in
      snapshot.clouds[0].vantages[0].health = .unknown
      snapshot.clouds[0].vantages[1].health = .down
      snapshot.clouds[0].vantages[1].database = FailoverWorld.seen(
        DatabaseWord(health: .down, isWritable: nil, detail: "connection refused"))
    }
    #expect(!lines.contains { $0.hasPrefix("signalbox_vantage_up{cloud=\"aws\",vantage=\"v1\"") })
    #expect(lines.contains("signalbox_vantage_up{cloud=\"aws\",vantage=\"v2\",network=\"n2\"} 0.0"))
    #expect(lines.contains("signalbox_vantage_database_up{cloud=\"aws\",vantage=\"v2\",network=\"n2\"} 0.0"))
  }

  @Test func everyLineIsInPrometheusForm() throws {
    let hostile = lines { snapshot in
      snapshot.operations = [FailoverWorld.ended(.failover(to: FailoverWorld.azure), took: 4)]
      snapshot.operations[0].steps[0].title = "fence \"aws\"\nnow \\"
      snapshot.failover?.loss = FailoverWorld.seen(LossEstimate(seconds: .infinity, bytes: 0, rows: nil))
      snapshot.failover?.ledger = [FailoverCondition(name: "quorum", isMet: true, detail: "")]
    }
    for line in hostile where !line.hasPrefix("#") {
      let form = /^[a-z_0-9]+(\{([a-z]+="([^"\\\n]|\\["\\n])*",?)*\})? -?[0-9.e+-]+$/
      #expect(line.firstMatch(of: form) != nil, "\(line)")
    }
    let names = hostile.filter { $0.hasPrefix("# TYPE") }
    #expect(Set(names).count == names.count)
  }
}
