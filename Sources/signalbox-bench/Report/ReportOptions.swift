import ArgumentParser
import FoundationEssentials
import Glibc

/// How a report is printed.
struct ReportOptions: ParsableArguments {
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json
  }

  @Option(help: "text or json.") var format = Format.text

  /// Tells a person who waits, on standard error.
  func progress(_ message: String) {
    let line = Array("signalbox-bench: \(message)\n".utf8)
    _ = write(2, line, line.count)
  }

  func print(_ sections: () throws -> [Section]) throws {
    let machine = Machine.current()
    let date = Date.now
    let report = Report(date: date, machine: machine, sections: try sections())
    Swift.print(format == .json ? try report.json() : report.text)
  }
}
