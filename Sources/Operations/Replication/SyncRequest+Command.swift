extension SyncRequest {
  /// The command that asks for it, as a person types it into a shell.
  public var command: String {
    switch self {
    case .pause: words("pause")
    case .resume: words("resume")
    case .baseline(_, let tables): words("baseline", tables)
    case .verify(_, let tables): words("verify", tables)
    case .repair(_, let tables): words("repair", tables)
    case .reverse: words("reverse")
    case .now: words("now")
    case .reapply(_, let conflict, _): words("conflicts", ["--reapply", String(conflict)])
    }
  }

  private func words(_ verb: String, _ arguments: [String] = []) -> String {
    (["signalbox", "sync", verb] + arguments.map(Self.quoted) + ["--link", Self.quoted(link.rawValue)])
      .joined(separator: " ")
  }

  /// A table's name may be anything.
  private static func quoted(_ word: String) -> String {
    let isPlain = word.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"):
        true
      default: false
      }
    }
    guard !isPlain || word.isEmpty else { return word }
    return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}
