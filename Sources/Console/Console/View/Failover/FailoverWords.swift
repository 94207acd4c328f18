import CellGrid
import Operations

extension CloudID {
  /// Its name, harmless.
  var shown: String { Outside.text(rawValue) }
}

extension FailoverSnapshot.State {
  var word: String {
    switch self {
    case .watching: "watching"
    case .suspecting: "suspecting"
    case .confirmed: "confirmed"
    case .countdown: "counting down"
    case .proposing: "proposing"
    case .acting: "acting"
    case .acted: "has acted"
    case .cutOff: "cut off"
    }
  }

  /// Of the automation, beside its name.
  var headerWord: String { self == .confirmed ? "not acting" : word }

  var mark: String {
    switch self {
    case .watching: "●"
    case .suspecting, .proposing, .acted: "▲"
    case .confirmed, .countdown: "✖"
    case .acting: "▸"
    case .cutOff: "?"
    }
  }

  var role: Theme.Role {
    switch self {
    case .watching: .healthy
    case .suspecting, .proposing, .acted: .degraded
    case .confirmed, .countdown: .down
    case .acting: .focus
    case .cutOff: .unknown
    }
  }
}

extension Automation {
  /// What the policy lets the engine do.
  var meaning: String {
    switch self {
    case .manual: "only a person moves the primary"
    case .advise: "it proposes, a person confirms"
    case .automatic: "it acts by itself"
    case .paused: "a person has paused it"
    }
  }
}

extension FailoverRequest {
  /// `Fail over to azure`.
  var imperative: String {
    let phrase = Outside.text(phrase)
    return phrase.prefix(1).uppercased() + phrase.dropFirst()
  }

  /// `failing over to azure`.
  var participle: String {
    switch self {
    case .shift: "shifting traffic"
    case .evacuate(let cloud): "evacuating \(cloud.shown)"
    case .switchover(let cloud): "switching over to \(cloud.shown)"
    case .failover(let cloud): "failing over to \(cloud.shown)"
    case .rejoin(let cloud, _): "taking \(cloud.shown) in again"
    case .failback(let cloud): "failing back to \(cloud.shown)"
    }
  }

  /// What it means for the data, in a line.
  var meaning: String {
    switch self {
    case .shift: "weights only"
    case .evacuate: "users leave it; its database keeps its role"
    case .switchover: "planned: the old primary is fenced first, nothing is lost"
    case .failover: "unplanned: what was not replicated is lost"
    case .rejoin(let cloud, .rebuild): "rows that only \(cloud.shown) has are exported, then discarded"
    case .rejoin(let cloud, .merge): "rows that only \(cloud.shown) has are exported and kept"
    case .failback: "planned, once both sides are equal"
    }
  }
}

extension LossEstimate {
  /// `0.4 s of writes, 12 kB, about 3 rows`.
  var words: String {
    var parts = ["\(Quantity.lag(seconds).text) of writes", Figure.bytes(Int(clamping: bytes)).text]
    if let rows { parts.append("about \(Quantity.count(rows)) rows") }
    return parts.joined(separator: ", ")
  }

  var isNothing: Bool { seconds == 0 && bytes == 0 && (rows ?? 0) == 0 }
}
