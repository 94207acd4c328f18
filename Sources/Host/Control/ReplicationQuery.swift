import Operations

/// What is asked of a link's logs, as the query of a URL: `link=aws-azure&limit=100`.
struct ReplicationQuery: Equatable {
  var link: LinkID
  var limit: Int

  static let limits = 1...10_000

  init(link: LinkID, limit: Int) {
    self.link = link
    self.limit = limit
  }

  /// Nil when it names no link, or more rows than are ever given at once.
  init?(_ query: String) {
    var fields: [Substring: Substring] = [:]
    for field in query.split(separator: "&") {
      let parts = field.split(separator: "=", maxSplits: 1)
      guard parts.count == 2 else { return nil }
      fields[parts[0]] = parts[1]
    }
    guard let link = fields["link"], let limit = fields["limit"].map({ Int($0) }) ?? 100,
      ReplicationQuery.limits.contains(limit)
    else { return nil }
    self.init(link: LinkID(String(link)), limit: limit)
  }

  /// - Throws: ``HostError/invalidRequest(_:)`` for a name that no link can have, which would need escaping.
  var text: String {
    get throws {
      let isPlain = link.rawValue.utf8.allSatisfy { byte in
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
          || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || "-_.".utf8.contains(byte)
      }
      guard isPlain, !link.rawValue.isEmpty else {
        throw HostError.invalidRequest("there is no replication link '\(link)'")
      }
      return "link=\(link)&limit=\(limit)"
    }
  }
}
