import Yams

extension YamlError {
  /// From 1; nil where the parser knows none.
  var line: Int? {
    switch self {
    case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _): mark.line
    case .duplicatedKeysInMapping(_, let context): context.mark.line
    default: nil
    }
  }

  /// The parser's complaint without the text around it.
  var problemText: String {
    switch self {
    case .scanner(_, let problem, _, _), .parser(_, let problem, _, _), .composer(_, let problem, _, _): problem
    case .duplicatedKeysInMapping(let keys, _): "the same key twice: \(keys.joined(separator: ", "))"
    default: "\(self)"
    }
  }
}
