/// What libpq tells of attempts that failed, when it is asked to tell all: a line or more for each address. Pure.
///
/// Verbose, a server's refusal is `FATAL:  28P01: password authentication failed for user "app"`, and a line names the
/// place in the server's code that it comes from (PostgreSQL 15 documentation, 34.13 "PQsetErrorVerbosity"). Both
/// words before the colons are in the server's language.
struct ConnectMessage: Equatable {
  /// Without states and places in code, on one line.
  var text: String
  /// SQLSTATEs of the refusals, in their order.
  var states: [String]

  init(_ verbose: String) {
    var (lines, states) = ([String](), [String]())
    for line in verbose.split(whereSeparator: \.isNewline) where line.wholeMatch(of: Self.placeInCode) == nil {
      guard let refusal = line.firstMatch(of: Self.refusal) else {
        lines.append(String(line))
        continue
      }
      states.append(String(refusal.output.state))
      lines.append(String(line[..<refusal.output.state.startIndex]) + line[refusal.range.upperBound...])
    }
    text = oneLine(lines.joined(separator: "\n"))
    self.states = states
  }

  private static var refusal: Regex<(Substring, state: Substring)> { #/:  (?<state>[0-9A-Z]{5}): /# }
  private static var placeInCode: Regex<Substring> { #/[^\s:]+:  \w+, \w+\.c:[0-9]+/# }
}
