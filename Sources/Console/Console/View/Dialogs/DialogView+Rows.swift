import CellGrid

extension DialogView {
  /// Lines of the palette's list that are visible: its box less edges, input and error.
  static func paletteRows(in model: ConsoleModel) -> Int {
    max(1, min(ScreenLayout(model).belowCards.height, 24) - 4)
  }

  /// Lines of the theme chooser's list that are visible: its box less edges and samples.
  static func themeRows(in model: ConsoleModel) -> Int {
    max(1, min(ScreenLayout(model).belowCards.height, model.themes.count + 4) - 4)
  }
}
