import Operations
import Testing

@testable import Host

@Suite struct LinkEventsTests {
  private static let now = Timestamp(secondsSinceEpoch: 1_700_000_000)

  private func link(_ change: (inout ReplicationLinkSnapshot) -> Void = { _ in }) -> ReplicationLinkSnapshot {
    var link = ReplicationLinkSnapshot(
      id: LinkID("aws-azure"), mode: .stream, source: CloudID("aws"), target: CloudID("azure"), state: .streaming,
      since: Self.now)
    change(&link)
    return link
  }

  /// What is told when `before` has become `after`.
  private func told(_ before: ReplicationLinkSnapshot, _ after: ReplicationLinkSnapshot) -> [LinkEvents.Told] {
    var events = LinkEvents()
    _ = events.take([before], at: Self.now)
    let told = events.take([after], at: Self.now)
    // The same once more is no news.
    #expect(events.take([after], at: Self.now) == [])
    return told
  }

  @Test func aChangeOfStateIsToldOnceWithItsReason() {
    #expect(told(link(), link { $0.state = .paused }).map(\.message) == ["paused"])
    let blocked = told(
      link(),
      link {
        $0.state = .blocked
        $0.reasons = ["wal_level is replica"]
      })
    #expect(blocked.map(\.message) == ["blocked: wal_level is replica"])
    #expect(blocked.map(\.severity) == [.critical])
    #expect(told(link { $0.state = .retrying }, link()).map(\.message) == ["azure follows aws"])
  }

  @Test func aFirstLookTellsWhatIsFound() {
    var events = LinkEvents()
    #expect(events.take([link { $0.state = .preparing }], at: Self.now).isEmpty)
    #expect(events.take([link()], at: Self.now).map(\.message) == ["azure follows aws"])
  }

  @Test func tablesThatAreSetAsideAreTold() {
    let before = link { $0.tables = [ReplicatedTable(name: "public.a", state: .streaming)] }
    let after = link { $0.tables = [ReplicatedTable(name: "public.a", state: .parked, reason: "no column note")] }
    #expect(told(before, after).map(\.message) == ["public.a set aside: no column note"])
    #expect(told(after, before).map(\.message) == ["public.a taken in again"])
  }

  @Test func conflictsAreToldTogetherAndNotEachSecond() {
    var events = LinkEvents()
    _ = events.take([link()], at: Self.now)
    let first = events.take([link { $0.conflicts = 2 }], at: Self.now)
    #expect(first.map(\.message) == ["2 new conflicts: signalbox sync conflicts --link aws-azure"])
    #expect(events.take([link { $0.conflicts = 9 }], at: Self.now + .seconds(1)).isEmpty)
    let later = events.take([link { $0.conflicts = 10 }], at: Self.now + .seconds(11))
    #expect(later.map(\.message) == ["8 new conflicts: signalbox sync conflicts --link aws-azure"])
  }

  @Test func conflictsOfLongAgoAreNoNews() {
    var events = LinkEvents()
    _ = events.take([link { $0.state = .preparing }], at: Self.now)
    let seen = { (conflicts: Int) in
      self.link {
        $0.tables = [ReplicatedTable(name: "public.a", state: .streaming, conflicts: conflicts)]
        $0.conflicts = conflicts
      }
    }
    #expect(events.take([seen(5)], at: Self.now).map(\.message) == ["azure follows aws"])
    #expect(
      events.take([seen(7)], at: Self.now).map(\.message) == [
        "2 new conflicts: signalbox sync conflicts --link aws-azure"
      ])
  }

  @Test func aSlotThatMayBeLostIsAnAlarmBeforeItIs() {
    func slot(_ retained: UInt64, _ safe: Int64?) -> ReplicationLinkSnapshot {
      link {
        $0.slot = Observation(
          .init(name: "s", active: true, retainedBytes: retained, safeBytes: safe), source: "source",
          observedAt: Self.now, staleAfter: .seconds(15))
      }
    }
    #expect(told(slot(100, 900), slot(300, 700)).isEmpty)
    #expect(told(slot(100, 900), slot(800, 200)).map(\.severity) == [.critical])
    #expect(told(slot(800, 200), slot(1000, 0)).first?.message.contains("is lost") == true)
    #expect(told(slot(800, 200), slot(10, 990)).map(\.severity) == [.notice])
    #expect(told(slot(800, 200), slot(950, 50)).map(\.severity) == [.critical])
    #expect(told(slot(950, 50), slot(800, 200)).map(\.severity) == [.notice])
    #expect(told(slot(1, nil), slot(11 << 30, nil)).map(\.severity) == [.critical])
  }

  @Test func comparisonsAreTold() {
    func compared(_ unlike: Int, undecided: Int = 0, failure: String? = nil) -> ReplicationLinkSnapshot {
      link { link in
        link.tables = ["public.a", "public.b"].map { name in
          ReplicatedTable(
            name: name, state: .streaming,
            lastVerify: VerifySummary(
              at: Self.now, rowsCompared: 50, unlike: name == "public.b" ? unlike : 0, undecided: undecided,
              failure: failure))
        }
      }
    }
    let before = link {
      $0.tables = ["public.a", "public.b"].map { ReplicatedTable(name: $0, state: .streaming) }
    }
    #expect(told(before, compared(0)).map(\.message) == ["verify: 100 rows of 2 tables are equal"])
    #expect(told(before, compared(3)).map(\.message) == ["verify: rows differ: public.b 3"])
    #expect(told(before, compared(0, undecided: 2)).map(\.severity) == [.warning])
    let cut = told(before, compared(0, failure: "cut"))
    #expect(cut.map(\.message) == ["verify of public.a and 1 more did not end: cut"])
  }

  @Test func theCardShowsWhatTheLinkMeasures() {
    let link = link {
      $0.lag = Observation(
        .init(receivedBytes: 1, appliedBytes: 7, receivedSeconds: 0, appliedSeconds: 2), source: "link",
        observedAt: Self.now, staleAfter: .seconds(15))
    }
    let measured = Observation(
      ReplicationLag(lagBytes: 99, lagSeconds: 1.5, streaming: false), source: "heartbeat", observedAt: Self.now,
      staleAfter: .seconds(4))
    #expect(link.cardLag(measured, at: Self.now)?.value == ReplicationLag(lagBytes: 7, lagSeconds: 2, streaming: true))
    #expect(link.cardLag(nil, at: Self.now)?.value == ReplicationLag(lagBytes: 7, lagSeconds: 2, streaming: true))
    var native = link
    native.mode = .native
    #expect(native.cardLag(measured, at: Self.now) == measured)
  }

  @Test func anOldHeartbeatIsNotShownUnderTheLinksTime() {
    let link = link {
      $0.tables = [ReplicatedTable(name: "signalbox.heartbeat", state: .streaming)]
      $0.lag = Observation(
        .init(receivedBytes: 1, appliedBytes: 7, receivedSeconds: 0, appliedSeconds: 2), source: "link",
        observedAt: Self.now, staleAfter: .seconds(15))
    }
    func measured(_ age: Duration) -> Observation<ReplicationLag> {
      Observation(
        ReplicationLag(lagBytes: 99, lagSeconds: 0.1, streaming: true), source: "heartbeat",
        observedAt: Self.now - age, staleAfter: .seconds(4))
    }
    #expect(link.cardLag(measured(.seconds(1)), at: Self.now)?.value.lagSeconds == 0.1)
    #expect(link.cardLag(measured(.seconds(60)), at: Self.now)?.value.lagSeconds == 2)
  }

  @Test func rowsThatDifferAreToldBesideWhatCouldNotBeCompared() {
    let before = link {
      $0.tables = ["public.a", "public.b"].map { ReplicatedTable(name: $0, state: .streaming) }
    }
    let after = link { link in
      link.tables = [
        ReplicatedTable(name: "public.a", state: .streaming, lastVerify: VerifySummary(at: Self.now, failure: "cut")),
        ReplicatedTable(name: "public.b", state: .streaming, lastVerify: VerifySummary(at: Self.now, unlike: 3)),
      ]
    }
    let lines = told(before, after)
    #expect(lines.map(\.message) == ["verify: rows differ: public.b 3", "verify of public.a did not end: cut"])
    #expect(lines.map(\.severity) == [.critical, .warning])
  }

  @Test func manyTablesAreToldInALine() {
    func tables(_ state: ReplicatedTable.State) -> ReplicationLinkSnapshot {
      link { $0.tables = (100..<400).map { .init(name: "public.t\($0)", state: state, reason: "it has no key") } }
    }
    #expect(
      told(tables(.streaming), tables(.refused)).map(\.message) == [
        "public.t100 and 299 more left out: it has no key"
      ])
    #expect(told(tables(.parked), tables(.streaming)).map(\.message) == ["public.t100 and 299 more taken in again"])
  }

  @Test func ofConflictsThatAreNotCountedToTheEndAtLeastSomeAreTold() {
    func logged(_ count: Int) -> ReplicationLinkSnapshot {
      link {
        $0.tables = [ReplicatedTable(name: "public.a", state: .streaming, conflicts: count)]
        $0.conflicts = count
      }
    }
    let limit = ReplicationConflict.countLimit
    let message = "at least 5 new conflicts: signalbox sync conflicts --link aws-azure"
    #expect(told(logged(limit - 5), logged(limit)).map(\.message) == [message])
  }
}
