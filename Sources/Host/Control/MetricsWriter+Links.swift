import Operations

extension MetricsWriter {
  mutating func links(_ snapshot: Snapshot) {
    let now = snapshot.generatedAt
    family("signalbox_link_state", "1 for the state that a replication link has now.")
    for link in snapshot.replication {
      for state in ReplicationLinkSnapshot.State.allCases {
        sample([("link", link.id.rawValue), ("state", state.rawValue)], state == link.state ? 1 : 0)
      }
    }
    each("signalbox_link_lag_bytes", "Log not yet durable at the target.", snapshot.replication) {
      $0.lag?.fresh(at: now).map { Double($0.appliedBytes) }
    }
    each("signalbox_link_lag_seconds", "Age of the newest change applied, 0 in step.", snapshot.replication) {
      $0.lag?.fresh(at: now)?.appliedSeconds
    }
    each("signalbox_link_retained_bytes", "Log that the source keeps for the slot.", snapshot.replication) {
      $0.slot?.fresh(at: now).map { Double($0.retainedBytes) }
    }
    each("signalbox_link_slot_alarm", "0 none, 1 near its limit, 2 short of it, 3 lost.", snapshot.replication) {
      link in
      link.slot?.fresh(at: now).map { slot in
        let alarm = SlotAlarm(slot, logAlarmBytes: link.logAlarmBytes)
        return Double(alarm.flatMap(SlotAlarm.allCases.firstIndex).map { $0 + 1 } ?? 0)
      }
    }
    each("signalbox_link_rows_per_second", "Rows applied.", snapshot.replication) { $0.rowsPerSecond }
    each("signalbox_link_rows", "Rows applied since the link was made.", snapshot.replication) { link in
      Double(link.tables.reduce(0) { $0 + $1.rowsApplied })
    }
    each("signalbox_link_conflicts", "Conflicts that the log was seen to hold.", snapshot.replication) {
      Double($0.conflicts)
    }
    each("signalbox_link_tables_set_aside", "Tables parked or refused.", snapshot.replication) { link in
      Double(link.tables.count { $0.state == .parked || $0.state == .refused })
    }
    each("signalbox_link_clock_skew_seconds", "Target's clock less the source's.", snapshot.replication) {
      $0.clockSkewSeconds
    }
  }

  private mutating func each(
    _ name: String, _ help: String, _ links: [ReplicationLinkSnapshot], _ value: (ReplicationLinkSnapshot) -> Double?
  ) {
    family(name, help)
    for link in links {
      if let value = value(link) { sample([("link", link.id.rawValue)], value) }
    }
  }
}
