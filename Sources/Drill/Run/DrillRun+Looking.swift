import Lab
import Operations

extension DrillRun {
  /// Acknowledged before the question is asked: a row that comes later is of no concern to it.
  func countRows(inTheEnd: Bool) async {
    guard plan.settings.users > 0 else { return }
    let records = recorder.log.all
    let at = recorder.now
    guard let primary = recorder.newestSight?.primary else {
      return recorder.trouble("it is not known which database takes the writes: rows were not looked for")
    }
    do {
      let present = try await stage.presentRows(rows, in: primary)
      let check = RowCheck(
        cloud: primary, atSeconds: at, isInTheEnd: inTheEnd, records: records, present: present)
      recorder.change { $0.rowChecks.append(check) }
      recorder.mark(.seen, "of \(check.acknowledged) acknowledged rows \(check.lost) are missing in \(primary)")
    } catch { recorder.trouble("the rows were not looked for in \(primary): \(error)") }
  }

  func removeRows() async {
    guard plan.settings.users > 0 else { return }
    guard let primary = recorder.newestSight?.primary else {
      return recorder.trouble("it is not known which database takes the writes: the drill's rows were left there")
    }
    do { try await stage.removeRows(rows, in: primary) } catch {
      recorder.trouble("the drill's rows were left in \(primary): \(error)")
    }
  }

  func compareSides(within limit: Duration) async {
    let begun = ContinuousClock.now
    let clouds = [plan.subject, plan.survivor]
    var newest: SidesCheck?
    var reason = "they were not reached"
    while ContinuousClock.now - begun < limit, !Task.isCancelled {
      do {
        var sides: [(cloud: CloudID, tables: [TableDigest])] = []
        for cloud in clouds { sides.append((cloud, try await stage.digests(of: cloud))) }
        var check = SidesCheck(comparing: sides)
        if check.differing == 0, !check.tables.isEmpty {
          check.equalAfterSeconds = (ContinuousClock.now - begun) / .seconds(1)
        }
        newest = check
        if check.equalAfterSeconds != nil { break }
      } catch { reason = "\(error)" }
      try? await Task.sleep(for: .milliseconds(500))
    }
    let check = newest
    recorder.change { $0.sides = check }
    if newest == nil { recorder.trouble("the databases were not compared: \(reason)") }
  }

  func tellEverySecond() async {
    var view = LiveRun(plan)
    while !Task.isCancelled {
      await tell(view.snapshot(of: recorder))
      try? await Task.sleep(for: .seconds(1))
    }
  }
}
