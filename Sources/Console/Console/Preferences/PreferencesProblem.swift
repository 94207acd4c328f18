/// Why what was chosen in the console could not be read or kept. The place comes last, for a key bar is short.
public struct PreferencesProblem: Error, Sendable, Equatable, CustomStringConvertible {
  public var path: String
  /// From 1; nil where the problem has no line.
  public var line: Int?
  public var message: String

  /// `console.yaml:2: is not YAML: … (in /home/kit/.config/signalbox)`.
  public var description: String {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    let folder = parts.dropLast().joined(separator: "/")
    return "\(parts.last ?? "")\(line.map { ":\($0)" } ?? ""): \(message) (in \(folder.isEmpty ? "/" : folder))"
  }
}
