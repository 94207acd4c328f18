import Operations
import Yams

/// One mapping of the configuration, read key by key. Whoever reads it names every key it knows; `finish` refuses
/// the others.
final class ConfigurationSection {
  let file: String
  /// `clouds[0].database`, for messages.
  let path: String
  let line: Int?
  private let values: [(key: String, line: Int?, node: Node)]
  private var known: Set<String> = []

  init(_ node: Node, file: String, path: String) throws {
    self.file = file
    self.path = path
    line = node.mark?.line
    guard let mapping = node.mapping else {
      throw ConfigurationError(
        file: file, line: node.mark?.line, message: "\(path.isEmpty ? "the file" : path) must be a mapping of keys")
    }
    values = try mapping.map { pair in
      guard let key = pair.key.string else {
        throw ConfigurationError(file: file, line: pair.key.mark?.line, message: "keys must be plain words")
      }
      return (key, pair.key.mark?.line, pair.value)
    }
  }

  func has(_ key: String) -> Bool { values.contains { $0.key == key } }

  func node(_ key: String) -> Node? {
    known.insert(key)
    return values.first { $0.key == key }?.node
  }

  func fail(_ key: String, _ message: String) -> ConfigurationError {
    let line = values.first { $0.key == key }?.line ?? self.line
    return ConfigurationError(file: file, line: line, message: "\(qualified(key)): \(message)")
  }

  func qualified(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  /// - Throws: ``ConfigurationError`` for a key that nobody asked for, with the nearest one that was.
  func finish() throws {
    for value in values where !known.contains(value.key) {
      let nearest = NearestMatch.of(value.key, among: known.sorted())
      let hint = nearest.map { "did you mean \($0)?" } ?? "known here: \(known.sorted().joined(separator: ", "))"
      throw ConfigurationError(file: file, line: value.line, message: "unknown key \(qualified(value.key)); \(hint)")
    }
  }
}
