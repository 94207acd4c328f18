import Operations

/// What is down, and who says so.
extension LedgerBuilder {
  func down() -> FailoverCondition {
    guard let focus, let cloud else {
      return condition(ConditionName.primaryDown, false, "it is not known whose database takes writes")
    }
    if focus.place.part == .database { return databaseDown(focus, cloud) }
    let verdict = cloud.verdict
    let health = sight.health(of: cloud)
    let reason = verdict.value.reasons.first.map { ": \($0)" } ?? ""
    let detail =
      if verdict.isStale(at: now) {
        "\(cloud.id) was \(verdict.value.health.rawValue), which is too old to count"
      } else {
        "\(cloud.id) is \(health.rawValue)\(health == .down ? reason : "")"
      }
    let name = focus.movesWrites ? ConditionName.primaryDown : ConditionName.cloudDown
    return condition(name, health == .down && !sight.isCutOff, detail, age: age(verdict.observedAt))
  }

  private func databaseDown(_ focus: Concern, _ cloud: CloudSnapshot) -> FailoverCondition {
    let here = sight.database(of: cloud) != nil
    let seen =
      cloud.database.map { "seen from here \(DecisionText.span($0.age(at: now))) ago" } ?? "never seen from here"
    let agree = Voices(ofDatabaseOf: cloud, at: now).agreeOnDown(policy)
    return condition(
      ConditionName.databaseDown, focus.standing == .down,
      here
        ? "\(focus.name) answers from here"
        : "\(focus.name) \(seen); its application \(agree ? "says that it is down" : "does not say so to a quorum")",
      age: age(cloud.database?.observedAt))
  }

  func quorum() -> FailoverCondition {
    guard let focus, let cloud else { return condition(ConditionName.quorum, false, "nothing is down") }
    let voices = focus.place.part == .cloud ? Voices(of: cloud, at: now) : Voices(ofDatabaseOf: cloud, at: now)
    return condition(
      ConditionName.quorum, voices.agreeOnDown(policy), voices.text(voices.down, say: "down", policy),
      age: voices.ageSeconds, voices.all)
  }

  func onePrimary() -> FailoverCondition {
    let writers = sight.writers
    if writers.count > 1 {
      let names = writers.map(\.rawValue).joined(separator: " and ")
      return condition(ConditionName.onePrimary, false, "\(names) both take writes")
    }
    guard let primary = machine.primary else {
      return condition(ConditionName.onePrimary, false, "none is known")
    }
    let detail = writers.first == primary ? "\(primary) takes writes" : "\(primary) was the last to take writes"
    return condition(ConditionName.onePrimary, true, detail)
  }

  /// Of what would get the traffic, or the right to write.
  func targetHealthy() -> FailoverCondition {
    guard let remedy else {
      return condition(ConditionName.targetHealthy, false, "there is no cloud to go to that is not down itself")
    }
    let clouds = remedy.gaining.compactMap(snapshot.cloud)
    let unfit = clouds.first { !sight.isHealthy($0) }
    guard let shown = unfit ?? clouds.first else {
      return condition(ConditionName.targetHealthy, false, "it is not observed")
    }
    let voices = Voices(of: shown, at: now)
    let verdict = sight.health(of: shown).rawValue
    return condition(
      ConditionName.targetHealthy, unfit == nil,
      "\(shown.id) is \(verdict); \(voices.text(voices.healthy, say: "healthy", policy))",
      age: age(shown.verdict.observedAt), unfit == nil ? [] : voices.all)
  }
}
