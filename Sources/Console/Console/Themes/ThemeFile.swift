import CellGrid
import Yams

/// Reads one theme from YAML, strictly.
///
/// ```yaml
/// name: dusk
/// summary: A line for the chooser
/// background: "#10151c"     # or default: the terminal's own
/// styles:
///   foreground: "#dce3eb"   # one colour, and any of bold dim italic underline reverse
///   down: "#ff7b72 bold"
/// ```
enum ThemeFile {
  /// A file longer than this is no theme.
  static let byteLimit = 64 * 1024

  static func parse(_ text: String, file: String) throws(ThemeProblem) -> Theme {
    guard text.utf8.count <= byteLimit else {
      throw ThemeProblem(file: file, line: nil, message: "is longer than \(byteLimit) bytes; that is no theme")
    }
    let reader = Reader(file: file)
    let root = try reader.mapping(try reader.compose(text), name: "the file")
    try reader.refuseUnknown(root, known: ["name", "summary", "background", "styles"])
    let name = try reader.text(root, "name")
    let background = try reader.color(root, "background")
    let styles = try reader.styles(root)
    let summary = root["summary"] == nil ? "" : try reader.text(root, "summary")
    return Theme(name: name, summary: summary, background: background, styles: styles)
  }

  private struct Reader {
    var file: String

    func problem(_ message: String, at node: Node?) -> ThemeProblem {
      ThemeProblem(file: file, line: node?.mark?.line, message: message)
    }

    func compose(_ text: String) throws(ThemeProblem) -> Node {
      do {
        guard let node = try Yams.compose(yaml: text) else {
          throw ThemeProblem(file: file, line: nil, message: "is empty; copy a theme that works and change it")
        }
        return node
      } catch let problem as ThemeProblem {
        throw problem
      } catch let error as YamlError {
        throw ThemeProblem(file: file, line: error.line, message: "is not YAML: \(error.problemText)")
      } catch {
        throw ThemeProblem(file: file, line: nil, message: "is not YAML: \(error)")
      }
    }

    func mapping(_ node: Node, name: String) throws(ThemeProblem) -> Node.Mapping {
      guard case .mapping(let mapping) = node else {
        throw problem("\(name) must be a mapping of keys to values", at: node)
      }
      return mapping
    }

    func refuseUnknown(_ mapping: Node.Mapping, known: [String]) throws(ThemeProblem) {
      for (key, _) in mapping {
        let word = key.string ?? "?"
        guard known.contains(word) else {
          throw problem("unknown key '\(word)'\(NearestMatch.hint(for: word, among: known))", at: key)
        }
      }
    }

    func text(_ mapping: Node.Mapping, _ key: String) throws(ThemeProblem) -> String {
      guard let node = mapping[key] else {
        throw ThemeProblem(file: file, line: nil, message: "'\(key)' is missing")
      }
      guard case .scalar(let scalar) = node, !scalar.string.isEmpty else {
        throw problem("'\(key)' must be text; quote colours, for YAML reads # as a comment", at: node)
      }
      return scalar.string
    }

    func color(_ mapping: Node.Mapping, _ key: String) throws(ThemeProblem) -> Color {
      let word = try text(mapping, key)
      do { return try ThemeStyleText.color(word) } catch { throw problem("\(key): \(error.message)", at: mapping[key]) }
    }

    func styles(_ root: Node.Mapping) throws(ThemeProblem) -> [Theme.Role: Style] {
      guard let node = root["styles"] else {
        throw ThemeProblem(file: file, line: nil, message: "'styles' is missing")
      }
      let styles = try mapping(node, name: "'styles'")
      try refuseUnknown(styles, known: Theme.Role.allCases.map(\.rawValue))
      var found: [Theme.Role: Style] = [:]
      for role in Theme.Role.allCases {
        guard styles[role.rawValue] != nil else {
          throw problem("'styles' lacks '\(role.rawValue)'", at: node)
        }
        let words = try text(styles, role.rawValue)
        do { found[role] = try ThemeStyleText.style(words) } catch {
          throw problem("\(role.rawValue): \(error.message)", at: styles[role.rawValue])
        }
      }
      return found
    }
  }
}
