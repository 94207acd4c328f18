import Operations

/// `failover azure`, `switchover azure`, `failback aws`, `evacuate aws`, `rejoin aws rebuild`: what the command line calls
/// the same. Where only one cloud can be meant it need not be named.
enum FailoverCommand {
  struct Problem: Error, Equatable {
    var message: String
  }

  /// Nil while no verb of failover is typed whole.
  static func parse(_ text: String, in model: ConsoleModel) -> Result<FailoverRequest, Problem>? {
    let words = text.split(separator: " ").map(String.init)
    guard let verb = words.first else { return nil }
    let rest = Array(words.dropFirst())
    switch verb {
    case "failover": return target(rest, verb: verb, in: model).map { .failover(to: $0) }
    case "switchover": return target(rest, verb: verb, in: model).map { .switchover(to: $0) }
    case "failback": return target(rest, verb: verb, in: model).map { .failback(to: $0) }
    case "evacuate":
      guard rest.count == 1 else { return .failure(Problem(message: "name the cloud: evacuate \(names(in: model))")) }
      return cloud(rest[0], in: model).map { .evacuate($0) }
    case "rejoin": return rejoin(rest, in: model)
    default: return nil
    }
  }

  private static func target(_ words: [String], verb: String, in model: ConsoleModel) -> Result<CloudID, Problem> {
    let successors = model.successors
    if words.isEmpty, successors.count == 1 { return .success(successors[0]) }
    guard words.count == 1 else {
      return .failure(
        Problem(message: "name the new primary: \(verb) \(successors.map(\.shown).joined(separator: "|"))"))
    }
    return cloud(words[0], in: model).flatMap { id in
      id == model.snapshot?.primary ? .failure(Problem(message: "\(id.shown) is primary already")) : .success(id)
    }
  }

  private static func rejoin(_ words: [String], in model: ConsoleModel) -> Result<FailoverRequest, Problem> {
    let methods = RejoinMethod.allCases.map(\.rawValue)
    guard words.count == 2 else {
      let choice = methods.joined(separator: "|")
      return .failure(Problem(message: "name the cloud and the way: rejoin \(names(in: model)) \(choice)"))
    }
    guard let method = RejoinMethod(rawValue: words[1]) else {
      let hint = NearestMatch.hint(for: words[1], among: methods)
      return .failure(Problem(message: "there is no way '\(words[1])'\(hint): \(methods.joined(separator: " or "))"))
    }
    return cloud(words[0], in: model).map { .rejoin($0, method) }
  }

  private static func cloud(_ name: String, in model: ConsoleModel) -> Result<CloudID, Problem> {
    let ids = model.cloudIDs
    if let id = ids.first(where: { $0.rawValue == name }) { return .success(id) }
    let hint = NearestMatch.hint(for: name, among: ids.map(\.rawValue))
    return .failure(Problem(message: "there is no cloud '\(name)'\(hint)"))
  }

  private static func names(in model: ConsoleModel) -> String {
    model.cloudIDs.map(\.shown).joined(separator: "|")
  }
}
