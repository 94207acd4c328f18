import CellGrid
public import Operations

/// The dialog that stands between a lever and the world: it asks for a plan, shows it, and has it confirmed.
public struct PlanDialog: Sendable, Equatable {
  public enum Stage: Sendable, Equatable {
    /// The host is making the plan.
    case asking
    case ready(Plan)
    /// The host was told to go; its answer is awaited.
    case starting(Plan)
    /// No plan, or it was not started: why.
    case failed(String)
  }

  public var request: LeverRequest
  public var stage: Stage
  /// The answer that belongs to this dialog.
  public var ticket: Int
  /// What the operator has typed so far to arm it.
  public var typed = ""
  /// Keys are ignored for a moment from here, so that what was typed for another screen confirms nothing.
  public var guardedSince: Timestamp
  /// First line of the steps shown, where they do not all fit.
  public var scroll = 0

  /// A shift of at least this share of all requests is armed by a typed word; octoDNS draws the same line at 30 %.
  public static let bigShift = 0.30

  public var plan: Plan? {
    switch stage {
    case .ready(let plan), .starting(let plan): plan
    case .asking, .failed: nil
    }
  }
}

extension PlanDialog {
  /// The words that must be typed before `g` works, and for what.
  public struct Word: Sendable, Equatable {
    public var text: String
    public var purpose: String
    /// Whether it is the name of an interlock.
    public var isOverride: Bool
  }

  public var words: [Word] {
    guard let plan else { return [] }
    // What cannot be taken back is meant, and for this link.
    let link: [Word] =
      if case .sync(let request) = plan.request, plan.steps.contains(where: \.isPointOfNoReturn) {
        [Word(text: request.link.rawValue, purpose: "there is no way back", isOverride: false)]
      } else {
        []
      }
    let overrides =
      link + failoverWords(plan)
      + plan.blocking.filter { $0.overridability == .byName }.map {
        Word(text: $0.name.rawValue, purpose: "overrides it", isOverride: true)
      }
    guard !(plan.movesRoles), let shift = PlanShift(plan), !overrides.isEmpty || shift.share >= PlanDialog.bigShift
    else {
      return overrides
    }
    return overrides + [
      Word(text: shift.gainer.rawValue, purpose: "moves \(Figure.percent(shift.share).text) there", isOverride: false)
    ]
  }

  /// What moves the right to write, or empties a cloud, is meant: the cloud that it is about is typed.
  private func failoverWords(_ plan: Plan) -> [Word] {
    guard case .failover(let request) = plan.request, let cloud = request.subject, !plan.steps.isEmpty else {
      // What takes back a failover is one itself.
      guard plan.movesRoles, let target = plan.promoted else { return [] }
      return [Word(text: target.rawValue, purpose: "takes the writes", isOverride: false)]
    }
    return [Word(text: cloud.rawValue, purpose: request.purpose, isOverride: false)]
  }

  private var typedWords: Set<Substring> { Set(typed.split(separator: " ")) }

  public func isTyped(_ word: Word) -> Bool { typedWords.contains(Substring(word.text)) }

  public var missingWords: [Word] { words.filter { !isTyped($0) } }

  /// The rules the operator has overridden by typing their names.
  public var overridden: [InterlockName] {
    (plan?.blocking ?? []).filter { $0.overridability == .byName && typedWords.contains(Substring($0.name.rawValue)) }
      .map(\.name)
  }

  /// Verdicts that hold the plan and cannot be overridden.
  public var forbidding: [InterlockVerdict] { (plan?.blocking ?? []).filter { $0.overridability == .never } }
}

/// How much of the traffic a plan moves, and to which cloud.
struct PlanShift: Equatable {
  var from: Weights
  var to: Weights
  var gainer: CloudID
  /// Share of all answers that changes its cloud, 0 to 1.
  var share: Double

  init?(_ plan: Plan) {
    for step in plan.steps {
      guard case .writeWeights(let from, let to, _) = step.action else { continue }
      let gains = to.clouds.map { ($0, to.share(of: $0) - from.share(of: $0)) }
      guard let gainer = gains.max(by: { $0.1 < $1.1 })?.0 else { return nil }
      self.from = from
      self.to = to
      self.gainer = gainer
      share = gains.reduce(0) { $0 + max(0, $1.1) }
      return
    }
    return nil
  }
}

extension Plan {
  /// Whether it is about more than weights.
  fileprivate var movesRoles: Bool {
    guard kind == .failover else { return false }
    if case .failover(.shift) = request { return false }
    return true
  }

  /// The cloud that it gives the writes to.
  fileprivate var promoted: CloudID? {
    steps.lazy.compactMap { step in
      if case .role(.promote(let cloud, _)) = step.action { cloud } else { nil }
    }.first
  }
}

extension FailoverRequest {
  /// Why its cloud's name is typed.
  fileprivate var purpose: String {
    switch self {
    case .switchover, .failover, .failback: "takes the writes"
    case .evacuate: "is emptied"
    case .rejoin(_, .rebuild): "loses the rows that only it has"
    case .rejoin(_, .merge): "is merged"
    case .shift: "gets the traffic"
    }
  }
}
