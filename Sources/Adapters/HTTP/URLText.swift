/// URLs as they may be shown.
enum URLText {
  /// `url` without user, password, query and fragment: any of them may hold a secret.
  static func presentable(_ url: String) -> String {
    var text = Substring(url.prefix { $0 != "?" && $0 != "#" })
    var scheme = Substring()
    if let mark = text.firstRange(of: "://") {
      scheme = text[..<mark.upperBound]
      text = text[mark.upperBound...]
    }
    let authority = text.prefix { $0 != "/" }
    if let at = authority.lastIndex(of: "@") { text = text[text.index(after: at)...] }
    let shown = String(scheme + text)
    return shown.count > 200 ? shown.prefix(200) + "…" : shown
  }
}
