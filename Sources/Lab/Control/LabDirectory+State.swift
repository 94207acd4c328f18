public import FoundationEssentials

extension LabDirectory {
  /// Keeps the status where a person may look when no supervisor answers.
  func writeState(_ status: LabStatus) throws {
    try Files.write(String(decoding: try LabJSON.encode(status), as: UTF8.self) + "\n", to: state)
  }

  /// Where the lab's own users say what they met with in the last seconds.
  public func writeTraffic(_ report: TrafficReport) throws {
    try Files.write(LabJSON.text(report) + "\n", to: traffic)
  }
}

/// JSON as the lab's commands print it.
public enum LabJSON {
  public static func encode(_ value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(value)
  }

  public static func text(_ value: some Encodable) throws -> String {
    String(decoding: try encode(value), as: UTF8.self)
  }
}
