import CellGrid
import Operations

extension Situation {
  /// That what hurts may be meant to.
  static func finding(_ drill: Observation<DrillSnapshot>, model: ConsoleModel) -> Finding {
    let key = model.isDrillOpen ? "" : ": D shows it"
    let name = Outside.text(drill.value.name)
    guard !drill.isStale(at: model.now) else {
      return Finding(
        health: .degraded, headline: "DRILL \(name)",
        detail: "not heard of for \(Quantity.age(drill.age(at: model.now)))\(key)")
    }
    return Finding(health: .degraded, headline: "DRILL \(name)", detail: drill.value.when + key)
  }
}

extension DrillSnapshot {
  /// `12 s since it began`: since the fault, or since the move where nothing is broken.
  var when: String {
    guard let sinceFaultSeconds else { return "nothing is broken yet" }
    return
      "\(Quantity.age(.seconds(sinceFaultSeconds.isFinite ? min(max(0, sinceFaultSeconds), 1e9) : 0))) since it began"
  }
}
