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
      link
      + plan.blocking.filter { $0.overridability == .byName }.map {
        Word(text: $0.name.rawValue, purpose: "overrides it", isOverride: true)
      }
    guard let shift = PlanShift(plan), !overrides.isEmpty || shift.share >= PlanDialog.bigShift else {
      return overrides
    }
    return overrides + [
      Word(text: shift.gainer.rawValue, purpose: "moves \(Figure.percent(shift.share).text) there", isOverride: false)
    ]
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
