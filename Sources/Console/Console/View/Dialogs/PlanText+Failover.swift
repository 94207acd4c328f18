import CellGrid
import Operations

/// A plan that moves the right to write, or empties a cloud: what it costs stays in sight whatever is scrolled.
extension PlanText {
  static func failover(_ plan: Plan, dialog: PlanDialog, in model: ConsoleModel, width: Int) -> DialogText {
    let isTight = ScreenLayout(model).kind == .compact
    let gap: [DialogText.Row] = isTight ? [] : [.blank]
    let rules = interlocks(plan, dialog: dialog, width: width, inFull: true)
    // On a small screen what holds it is read first, for its name is what is to be typed.
    let holdsFirst = isTight && !plan.blocking.isEmpty
    let steps = failoverSteps(plan, width: width, tight: isTight)
    return DialogText(
      title: [.outside(plan.title, bold: true)],
      trailing: [Piece("generation \(plan.generation) → \(plan.generation.next)", .faint)],
      body: holdsFirst ? rules + steps : steps + gap + rules,
      footer: gap + cost(plan, in: model, width: width) + gap + footer(dialog, model: model),
      first: dialog.scroll)
  }

  private static func failoverSteps(_ plan: Plan, width: Int, tight: Bool) -> [DialogText.Row] {
    guard !plan.steps.isEmpty else { return [.init([Piece("nothing to do: it is so already", .faint)])] }
    let titleWidth = min(tight ? 24 : 34, plan.steps.map { DisplayWidth.of(Outside.text($0.title)) }.max() ?? 0)
    return plan.steps.enumerated().flatMap { index, step -> [DialogText.Row] in
      let title = Quantity.left(
        TextLayout.truncate(Outside.text(step.title), to: titleWidth, ellipsis: "…"), titleWidth)
      let head: Line = [Piece("\(index + 1)  ", .faint), Piece(title, bold: step.isPointOfNoReturn), Piece("  ")]
      let figures: Line = [Piece(Quantity.seconds(step.predictedSeconds))]
      let turn: Line = step.isPointOfNoReturn ? [Piece("▲ no way back  ", .degraded)] : []
      let trailing = turn + figures
      let room = width - head.width(.unicode) - trailing.width(.unicode) - 2
      guard !tight, room >= 10 else {
        return [.init(head + [.outside(step.predictedEffect, .faint)], trailing: trailing)]
      }
      let lines = TextLayout.wrap(Outside.text(step.predictedEffect), to: room)
      let indent = Piece(Quantity.left("", head.width(.unicode)))
      let rows = lines.enumerated().map { place, text in
        DialogText.Row((place == 0 ? head : [indent]) + [Piece(text, .faint)], trailing: place == 0 ? trailing : [])
      }
      return rows.isEmpty ? [.init(head, trailing: trailing)] : rows
    }
  }

  /// Seconds, loss, and how full each cloud is before and would be after.
  private static func cost(_ plan: Plan, in model: ConsoleModel, width: Int) -> [DialogText.Row] {
    let prediction = plan.prediction
    let seconds = "about \(Quantity.short(prediction.seconds))"
    let duration: Line = [Piece("takes ", .faint), Piece(seconds, bold: true), Piece("   ")]
    let loss: Line = [prediction.lossPiece]
    let capacity = capacity(prediction, in: model)
    let all = duration + loss + [Piece("   ")] + capacity
    if all.width(.unicode) <= width { return [.init(duration + loss, trailing: capacity)] }
    return [.init(duration + loss), .init(capacity)]
  }

  /// `azure 31 → 61 % full`: a cloud that would be all but full is marked.
  private static func capacity(_ prediction: Prediction, in model: ConsoleModel) -> Line {
    prediction.utilisation.enumerated().flatMap { index, entry -> Line in
      let before = model.snapshot?.cloud(entry.cloud).flatMap { cloud -> Double? in
        guard let capacity = cloud.capacity(at: model.now), capacity > 0 else { return nil }
        return cloud.requestsPerSecond?.fresh(at: model.now).map { $0 / capacity }
      }
      let isFull = (entry.ratio ?? 0) > 0.8
      let from = before.map(percent) ?? "?"
      let to = entry.ratio.map { "\(percent($0)) %" } ?? "? load not known"
      return [
        Piece(index == 0 ? "" : "   "), Piece(entry.cloud.shown), Piece(" \(from) → ", .faint),
        Piece((isFull ? "▲ " : "") + to, isFull ? .degraded : entry.ratio == nil ? .unknown : .foreground),
        Piece(index == prediction.utilisation.count - 1 ? " full" : "", .faint),
      ]
    }
  }

  private static func percent(_ ratio: Double) -> String {
    ratio.isFinite ? Figure.fixed(min(max(0, ratio), 9.99) * 100, decimals: 0) : "?"
  }
}

extension Prediction {
  /// What would be lost. What is not known is said to be unknown; nothing is said to be nothing only where that is known.
  var lossPiece: Piece {
    if losesNothing { return Piece("no data at risk", .faint) }
    if lossIsUnknown { return Piece("? how much is lost is not known", .unknown, bold: true) }
    var parts = ["\(Quantity.lag(lossSeconds ?? 0).text) of writes"]
    if let lossBytes { parts.append(Figure.bytes(Int(clamping: lossBytes)).text) }
    if let rowsLost { parts.append("\(Quantity.count(rowsLost)) rows") }
    return Piece("▲ loses at most \(parts.joined(separator: ", "))", .down)
  }
}
