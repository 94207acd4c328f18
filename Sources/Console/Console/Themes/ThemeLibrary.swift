import FoundationEssentials

/// The themes there are, found on disk at run time.
public struct ThemeLibrary: Sendable, Equatable {
  /// By name; the built-in one is always among them.
  public var themes: [Theme]
  /// Files that were passed over, and why.
  public var problems: [ThemeProblem]

  public init(themes: [Theme], problems: [ThemeProblem] = []) {
    let hasDark = themes.contains { $0.name == Theme.builtin.name }
    self.themes = (hasDark ? themes : [.builtin] + themes)
    self.problems = problems
  }

  /// Reads every `*.yaml` of `directories`. Where two give a theme the same name the earlier directory wins, so a user's
  /// own comes before the shipped one. A directory that does not exist is passed over.
  public static func load(from directories: [String]) -> ThemeLibrary {
    var themes: [Theme] = []
    var problems: [ThemeProblem] = []
    for directory in directories {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
      for name in names.sorted() where name.hasSuffix(".yaml") {
        do {
          let theme = try read("\(directory)/\(name)")
          if !themes.contains(where: { $0.name == theme.name }) { themes.append(theme) }
        } catch {
          problems.append(error)
        }
      }
    }
    return ThemeLibrary(themes: themes, problems: problems)
  }

  static func read(_ file: String) throws(ThemeProblem) -> Theme {
    guard let data = FileManager.default.contents(atPath: file) else {
      throw ThemeProblem(file: file, line: nil, message: "cannot be read")
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw ThemeProblem(file: file, line: nil, message: "is not UTF-8 text")
    }
    return try ThemeFile.parse(text, file: file)
  }

  /// The theme that was chosen once, in few words where it is there no longer.
  func remembered(_ name: String) throws(ThemeProblem) -> Theme {
    if let theme = themes.first(where: { $0.name == name }) { return theme }
    if let broken = problems.first(where: { $0.file.hasSuffix("/\(name).yaml") }) { throw broken }
    throw ThemeProblem(file: name, line: nil, message: "there is no such theme any more; T chooses another")
  }

  /// - Throws: ``ThemeProblem`` naming the nearest match, or what is wrong with the file that would have held it.
  public func theme(named name: String) throws(ThemeProblem) -> Theme {
    if let theme = themes.first(where: { $0.name == name }) { return theme }
    if let broken = problems.first(where: { $0.file.hasSuffix("/\(name).yaml") }) { throw broken }
    let names = themes.map(\.name)
    throw ThemeProblem(
      file: "themes", line: nil,
      message: "there is no theme '\(name)'\(NearestMatch.hint(for: name, among: names)) There are: "
        + names.joined(separator: ", "))
  }
}
