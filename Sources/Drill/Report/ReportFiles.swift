import FoundationEssentials
import Lab
import Operations

/// Puts a report into a folder, in all its forms.
public struct ReportFiles: Sendable {
  let report: DrillReport

  public init(_ report: DrillReport) { self.report = report }

  /// `cloud-loss-20261123-140207`, so that reports of one folder are in order and none replaces another.
  public var name: String {
    func digits(_ text: String) -> String { text.filter(\.isNumber) }
    return "\(report.name.rawValue)-\(digits(report.madeAt.date))-\(digits(report.madeAt.timeOfDay))"
  }

  /// - Returns: the files' paths.
  /// - Throws: ``LabError`` when the folder cannot be made or written to.
  public func write(to folder: String) throws -> [String] {
    let texts = [
      ("md", MarkdownReport(report).text), ("html", HTMLReport(report).text), ("json", try JSONReport(report).text()),
    ]
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      return try texts.map { ending, text in
        let path = "\(folder)/\(name).\(ending)"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
      }
    } catch {
      throw LabError(folder, "the report cannot be written there", remedy: "give another folder with --report")
    }
  }
}
