import Operations

/// Plans that move traffic alone.
extension FailoverPlanner {
  func shift(_ weights: Weights, stages: Int, _ ground: PlanGround) throws -> Draft {
    guard (1...settings.stageLimit).contains(stages) else {
      throw HostError.invalidRequest("a shift is made in 1 to \(settings.stageLimit) stages, not in \(stages)")
    }
    let standing = try ground.standingWeights()
    let wanted = try weights.ordered(as: standing)
    let changes = wanted.entries.filter { standing[$0.cloud] != $0.weight }
      .map { "\($0.cloud) \(standing[$0.cloud] ?? 0) → \($0.weight)" }
    guard !changes.isEmpty else { return Draft(title: "Shift: the weights stand already") }
    let rungs = Self.rungs(from: standing, to: wanted, stages: stages)
    let title = "Shift: " + changes.joined(separator: ", ") + (rungs.count > 1 ? " in \(rungs.count) stages" : "")
    return Draft(title: title, steps: steps(from: standing, by: rungs, ground) + [ground.watch(wanted)])
  }

  /// The weights after each stage, the last one those wanted.
  static func rungs(from standing: Weights, to wanted: Weights, stages: Int) -> [Weights] {
    var rungs: [Weights] = []
    for stage in 1...stages {
      let rung = Weights(
        standing.entries.map { entry in
          let distance = Double((wanted[entry.cloud] ?? entry.weight) - entry.weight)
          let part = (distance * Double(stage) / Double(stages)).rounded()
          return Weights.Entry(cloud: entry.cloud, weight: entry.weight + Int(part))
        })
      // Small weights make fewer stages than were asked for. The last is judged by its interlock, whatever its sum.
      guard rung != (rungs.last ?? standing), rung.sum > 0 || stage == stages else { continue }
      rungs.append(rung)
    }
    return rungs
  }

  /// Each write has a generation of its own, and so has each that takes one back: later ones are the higher ones, in
  /// whichever order they come.
  private func steps(from standing: Weights, by rungs: [Weights], _ ground: PlanGround) -> [Plan.Step] {
    let count = UInt64(rungs.count)
    let gaining = rungs[rungs.count - 1].clouds.filter {
      rungs[rungs.count - 1].share(of: $0) > standing.share(of: $0)
    }
    // Back to a cloud that is down is no way back.
    let leadsBack = standing.clouds.allSatisfy { gaining.contains($0) || !ground.isDown($0) }
    var steps: [Plan.Step] = []
    var before = standing
    for (index, rung) in rungs.enumerated() {
      let stage = UInt64(index + 1)
      let suffix = rungs.count > 1 ? " \(stage)/\(count)" : ""
      let generation = Generation(ground.snapshot.generation.rawValue + stage)
      let back = Generation(ground.snapshot.generation.rawValue + 2 * count + 1 - stage)
      steps.append(
        ground.write(
          from: before, to: rung, generation, titled: "write weights\(suffix)",
          back: leadsBack ? .writeWeights(from: rung, to: before, generation: back) : nil))
      steps.append(ground.verifyAnswers(rung, titled: "verify answers\(suffix)"))
      if stage < count, !gaining.isEmpty { steps.append(gate(gaining, suffix, ground)) }
      before = rung
    }
    return steps
  }

  private func gate(_ clouds: [CloudID], _ suffix: String, _ ground: PlanGround) -> Plan.Step {
    let seconds = settings.gate.inSeconds
    return ground.step(
      "health gate\(suffix)", .role(.healthGate(clouds, seconds: seconds)),
      "\(clouds.map(\.rawValue).joined(separator: ", ")) stays well for \(Int(seconds)) s, or the shift is taken back",
      seconds: seconds)
  }

  /// All traffic away from a cloud. Nothing that fails afterwards sends it back: whoever evacuates has a reason. Taking
  /// it back is a shift of its own.
  func evacuate(_ cloud: CloudID, _ ground: PlanGround) throws -> Draft {
    let left = try ground.cloud(cloud).id
    let standing = try ground.standingWeights()
    guard standing[left] != nil else {
      throw HostError.noPlan(
        "the record set \(ground.snapshot.recordSet.name) does not name \(left), so nobody is sent there",
        remedy: "evacuate a cloud that it names: \(standing.clouds.map(\.rawValue).joined(separator: ", "))")
    }
    let wanted = try Self.weights(standing, without: left)
    let end = ground.isDown(left) ? ground.watch(wanted) : drainTraffic(left, ground)
    guard standing[left] != 0 else {
      return Draft(title: "Evacuate \(left): its weight is 0 already", steps: ground.isDown(left) ? [] : [end])
    }
    return Draft(
      title: "Evacuate \(left)",
      steps: [
        ground.write(from: standing, to: wanted, ground.generation, titled: "write weights", noReturn: true),
        ground.verifyAnswers(wanted), end,
      ])
  }

  private func drainTraffic(_ cloud: CloudID, _ ground: PlanGround) -> Plan.Step {
    let ttl = ground.snapshot.recordSet.ttl
    return ground.step(
      "drain \(cloud)", .role(.drainTraffic(cloud, residualShare: settings.residualShare)),
      "the TTL of \(ttl.components.seconds) s has passed, and less than \(Percent.text(settings.residualShare)) of the "
        + "requests still come to \(cloud)", seconds: ttl.inSeconds)
  }

  /// The others keep their proportions; where all of them had 0, they share what is left evenly.
  static func weights(_ standing: Weights, without cloud: CloudID) throws -> Weights {
    let others = standing.clouds.filter { $0 != cloud }
    guard !others.isEmpty else {
      throw HostError.noPlan(
        "\(cloud) is the only cloud of the record set; nobody could take its traffic",
        remedy: "add another cloud's address to the record set, and the cloud to the configuration")
    }
    var wanted = standing
    if others.allSatisfy({ standing[$0] == 0 }) {
      for other in others { wanted[other] = max(1, standing[cloud] ?? 1) }
    }
    wanted[cloud] = 0
    return wanted
  }
}

/// Shares for a person.
enum Percent {
  static func text(_ share: Double) -> String {
    let tenths = Int((share * 1000).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10) %" : "\(tenths / 10).\(tenths % 10) %"
  }
}
