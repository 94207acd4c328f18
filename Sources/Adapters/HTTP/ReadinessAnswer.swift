import FoundationEssentials
import Operations

/// What is read of an application's answer to a probe: `{"database": {"reachable": true, "writable": false}}`. A probe's
/// outcome never depends on it.
struct ReadinessAnswer: Decodable {
  struct Database: Decodable {
    var reachable: Bool
    var writable: Bool?
    var reason: String?
  }

  var database: Database

  /// A readiness answer is short; whatever is longer is something else.
  static let maximumBytes = 4096
  private static let longestReason = 200

  /// Nil where the body says nothing of a database.
  init?(_ body: [UInt8]) {
    guard body.first(where: { !$0.isBlank }) == UInt8(ascii: "{"),
      let answer = try? JSONDecoder().decode(ReadinessAnswer.self, from: Data(body))
    else { return nil }
    self = answer
  }

  var report: DatabaseReport {
    DatabaseReport(
      isReachable: database.reachable, isWritable: database.reachable ? database.writable : nil,
      reason: database.reachable ? nil : database.reason.map { String($0.prefix(Self.longestReason)) })
  }
}

extension UInt8 {
  /// As JSON allows before a value.
  fileprivate var isBlank: Bool { self == 0x20 || (0x09...0x0D).contains(self) }
}
