import Operations

/// `sync verify public.account on aws-azure`: what the command line calls the same. Without tables it means all of them,
/// without a link the one that is shown.
enum SyncCommand {
  struct Problem: Error, Equatable {
    var message: String
  }

  static let verbs = ["pause", "resume", "verify", "baseline", "repair", "reverse", "now"]

  /// Nil while no verb of replication is typed whole.
  static func parse(
    _ text: String, links: [ReplicationLinkSnapshot], shown: LinkID?
  ) -> Result<SyncRequest, Problem>? {
    let words = text.split(separator: " ").map(String.init)
    guard words.count >= 2, words[0] == "sync" else { return nil }
    guard verbs.contains(words[1]) else { return nil }
    var tables = Array(words.dropFirst(2))
    var named: String?
    if let on = tables.lastIndex(of: "on") {
      guard on == tables.count - 2 else { return .failure(Problem(message: "write one link after 'on'")) }
      named = tables[on + 1]
      tables.removeSubrange(on...)
    }
    switch link(named ?? shown?.rawValue, among: links) {
    case .failure(let problem): return .failure(problem)
    case .success(let link): return request(words[1], link: link, tables: tables)
    }
  }

  private static func link(
    _ name: String?, among links: [ReplicationLinkSnapshot]
  ) -> Result<ReplicationLinkSnapshot, Problem> {
    guard let first = links.first else { return .failure(Problem(message: "no replication link is configured")) }
    guard let name else { return .success(first) }
    let names = links.map(\.id.rawValue)
    guard let link = links.first(where: { $0.id.rawValue == name }) else {
      return .failure(
        Problem(message: "there is no link '\(name)'\(NearestMatch.hint(for: name, among: names))"))
    }
    return .success(link)
  }

  private static func request(
    _ verb: String, link: ReplicationLinkSnapshot, tables: [String]
  ) -> Result<SyncRequest, Problem> {
    let known = link.tables.map(\.name)
    for table in tables where !known.contains(table) {
      let hint = NearestMatch.hint(for: table, among: known)
      return .failure(Problem(message: "\(link.id) has no table '\(table)'\(hint)"))
    }
    switch verb {
    case "verify": return .success(.verify(link.id, tables: tables))
    case "baseline": return .success(.baseline(link.id, tables: tables))
    case "repair": return .success(.repair(link.id, tables: tables))
    default: break
    }
    guard tables.isEmpty else { return .failure(Problem(message: "'sync \(verb)' takes no table")) }
    switch verb {
    case "pause": return .success(.pause(link.id))
    case "resume": return .success(.resume(link.id))
    case "reverse": return .success(.reverse(link.id))
    default: return .success(.now(link.id))
    }
  }
}
