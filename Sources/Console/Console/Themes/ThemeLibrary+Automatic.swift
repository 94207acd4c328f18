public import Terminal

extension ThemeLibrary {
  /// What suits a terminal when nobody has chosen.
  public func automatic(for depth: ColorDepth) -> Theme {
    let name =
      switch depth {
      case .monochrome: "monochrome"
      case .ansi16: "ansi-16"
      case .palette256, .trueColor: Theme.builtin.name
      }
    return themes.first { $0.name == name } ?? themes.first { $0.name == Theme.builtin.name } ?? .builtin
  }
}
