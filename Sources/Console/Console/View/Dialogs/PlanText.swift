import CellGrid
import Operations

/// The plan dialog: what would happen, what it would cost, what holds it, and what it takes to go.
enum PlanText {
  static func content(_ dialog: PlanDialog, in model: ConsoleModel, width: Int) -> DialogText {
    switch dialog.stage {
    case .asking:
      return DialogText(
        title: [Piece(name(of: dialog.request), bold: true)],
        body: [.init([Piece("asking the host for a plan", .faint)])], footer: [back])
    case .failed(let reason):
      let again: DialogText.Row = .init([
        Piece(Keystroke(.enter).label(model.glyphs), bold: true), Piece("  asks again     ", .faint),
        Piece("Esc", bold: true), Piece("  back; nothing was changed", .faint),
      ])
      return DialogText(
        title: [Piece(name(of: dialog.request), bold: true)], trailing: [Piece("✖ not done", .down)],
        body: DialogText.wrapped(reason, .foreground, width: width) + [.blank], footer: [again])
    case .ready(let plan), .starting(let plan):
      let isTight = ScreenLayout(model).kind == .compact
      let gap: [DialogText.Row] = isTight ? [] : [.blank]
      if plan.kind == .failover { return failover(plan, dialog: dialog, in: model, width: width) }
      return DialogText(
        title: [.outside(plan.title, bold: true)],
        trailing: [Piece("generation \(plan.generation) → \(plan.generation.next)", .faint)],
        body: steps(plan, width: width) + gap + prediction(plan, tight: isTight) + gap
          + interlocks(plan, dialog: dialog, width: width) + gap,
        footer: footer(dialog, model: model), first: dialog.scroll)
    }
  }

  private static let back = DialogText.Row([Piece("Esc", bold: true), Piece("  back; nothing is changed", .faint)])

  private static func name(of request: LeverRequest) -> String {
    switch request {
    case .setWeights(let weights): "Weights: \(Outside.text(weights.description))"
    case .sync(let request): Outside.text(request.title)
    case .failover(let request): request.imperative
    case .undo: "Undo"
    }
  }

  private static func steps(_ plan: Plan, width: Int) -> [DialogText.Row] {
    guard !plan.steps.isEmpty else {
      return [
        .init([Piece(plan.kind == .weights ? "nothing to do: these weights stand already" : "nothing to do", .faint)])
      ]
    }
    let titleWidth = min(24, plan.steps.map { DisplayWidth.of(Outside.text($0.title)) }.max() ?? 0)
    return plan.steps.enumerated().flatMap { index, step -> [DialogText.Row] in
      let title = Quantity.left(
        TextLayout.truncate(Outside.text(step.title), to: titleWidth, ellipsis: "…"), titleWidth)
      let turn: Line = step.isPointOfNoReturn ? [Piece("▲ no way back  ", .degraded)] : []
      let figures = turn + [Piece(Quantity.seconds(step.predictedSeconds))]
      let head: Line = [Piece("\(index + 1)  ", .faint), Piece(title), Piece("  ")]
      // What a step does to data is said in full; what it does to weights is short.
      let room = width - head.width(.unicode) - figures.width(.unicode) - 2
      guard plan.kind == .replication, room >= 10 else {
        return [.init(head + [.outside(step.predictedEffect, .faint)], trailing: figures)]
      }
      let lines = TextLayout.wrap(Outside.text(step.predictedEffect), to: room)
      let indent = Piece(Quantity.left("", head.width(.unicode)))
      return lines.enumerated().map { place, text in
        .init((place == 0 ? head : [indent]) + [Piece(text, .faint)], trailing: place == 0 ? figures : [])
      }
    }
  }

  private static func prediction(_ plan: Plan, tight: Bool) -> [DialogText.Row] {
    let prediction = plan.prediction
    let shares: Line = prediction.shares.flatMap { share -> Line in
      let utilisation = prediction.utilisation.first { $0.cloud == share.cloud }?.ratio
      let isFull = (utilisation ?? 0) > 0.8
      let load: Line =
        utilisation.map {
          [Piece(" at ", .faint), Piece("\(Figure.percent($0).text) load", isFull ? .degraded : .foreground)]
        } ?? []
      return [
        Piece(tight ? "  " : "   "), .outside(share.cloud.rawValue),
        Piece(" \(Figure.percent(share.share).text)", bold: true),
      ]
        + load
    }
    let loss = prediction.lossPiece
    let said: Line = (tight || plan.kind == .replication) && prediction.losesNothing ? [] : [loss, Piece("   ")]
    return [
      .init(
        (shares.isEmpty ? [] : [Piece("afterwards", .faint)]) + shares,
        trailing: said + [Piece("predicted", .faint), Piece(Quantity.seconds(prediction.seconds), bold: true)])
    ]
  }

  /// - Parameter inFull: whether a reason is given as many lines as it needs.
  static func interlocks(
    _ plan: Plan, dialog: PlanDialog, width: Int, inFull: Bool = false
  ) -> [DialogText.Row] {
    var rows: [DialogText.Row] = []
    for verdict in plan.blocking {
      let isOverridden = dialog.overridden.contains(verdict.name)
      let how =
        isOverridden
        ? Piece("overridden", .staged)
        : verdict.overridability == .byName
          ? Piece("type its name to override", .faint) : Piece("cannot be overridden", .down)
      rows.append(
        .init(
          [
            Piece(isOverridden ? "▲ " : "✖ ", isOverridden ? .staged : .down),
            .outside(verdict.name.rawValue, bold: true),
            .outside(inFull ? "" : "  \(verdict.hold?.reason ?? "holds")"),
          ], trailing: [how]))
      if inFull { rows += DialogText.wrapped(verdict.hold?.reason ?? "holds", indent: "  ", width: width) }
      if let remedy = verdict.hold?.remedy, !remedy.isEmpty { rows += HeldText.remedyRows(remedy, width: width) }
    }
    let clear = plan.interlocks.filter { !$0.isBlocked }
    let names = clear.map { Outside.text($0.name.rawValue) }.joined(separator: ", ")
    if !clear.isEmpty {
      let summary: Line = [
        Piece("✓ ", .healthy), Piece("\(clear.count) interlocks clear"), Piece("  \(names)", .faint),
      ]
      rows.append(.init(summary))
    }
    return rows
  }

  static func footer(_ dialog: PlanDialog, model: ConsoleModel) -> [DialogText.Row] {
    if case .starting = dialog.stage { return [.init([Piece("▸ starting", .focus)])] }
    let words = dialog.words
    var rows: [DialogText.Row] = []
    if !words.isEmpty {
      let list: Line = words.flatMap { word -> Line in
        let isTyped = dialog.isTyped(word)
        return [
          Piece(isTyped ? "✓ " : "", .healthy), .outside(word.text, isTyped ? .healthy : .staged, bold: true),
          Piece(words.count > 1 && word.isOverride ? "  " : " (\(word.purpose))  ", .faint),
        ]
      }
      let typed = TextLayout.truncate(Outside.text(dialog.typed), to: 40, ellipsis: "…", cut: .start)
      rows.append(.init([Piece("to arm, type  ", .faint)] + list))
      rows.append(.init([Piece("▸ ", .focus), Piece(typed, bold: true), Piece("_", .focus)]))
    }
    let reason = model.whyNotGo(dialog)
    let needsWords = dialog.missingWords.isEmpty == false
    let go: Line =
      if let reason, !needsWords || !dialog.forbidding.isEmpty {
        [.outside("✖ \(reason)", .down)]
      } else if needsWords {
        [Piece("then  ", .faint), Piece("g", .faint), Piece("  to go", .faint)]
      } else {
        [Piece("g", .focus, bold: true), Piece("  to go")]
      }
    let isOutdated = dialog.plan.map(model.isOutdated) ?? false
    let again: Line =
      isOutdated ? [Piece(Keystroke(.enter).label(model.glyphs), bold: true), Piece("  asks again     ", .faint)] : []
    rows.append(.init(go, trailing: again + back.line))
    return rows
  }
}
