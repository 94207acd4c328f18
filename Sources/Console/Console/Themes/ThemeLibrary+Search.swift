extension ThemeLibrary {
  /// Where themes are looked for, the most particular place first.
  ///
  /// - Parameters:
  ///   - option: `--themes DIR`.
  ///   - environment: of it `SIGNALBOX_THEMES`, `XDG_CONFIG_HOME` and `HOME` are read.
  ///   - executable: the program's own path; themes are installed beside it, and in a checkout lie some way above it.
  public static func searchPath(
    option: String?, environment: [String: String], executable: String?
  ) -> [String] {
    var path: [String] = []
    if let option { path.append(option) }
    if let variable = environment["SIGNALBOX_THEMES"], !variable.isEmpty { path.append(variable) }
    if let config = environment["XDG_CONFIG_HOME"], config.hasPrefix("/") {
      path.append("\(config)/signalbox/themes")
    } else if let home = environment["HOME"], home.hasPrefix("/") {
      path.append("\(home)/.config/signalbox/themes")
    }
    guard let executable else { return path + ["themes"] }
    var folders = executable.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    path.append((folders.dropLast() + ["share", "signalbox", "themes"]).joined(separator: "/"))
    // `.build/<triple>/<configuration>/signalbox`, with or without symbolic links, lies in a checkout; `make` builds into
    // `.build-release`.
    if let build = folders.lastIndex(where: { $0 == ".build" || $0 == ".build-release" }) {
      folders = folders[..<build]
      path.append((folders + ["themes"]).joined(separator: "/"))
    }
    return path
  }
}
