import Foundation
import Testing

/// The walls of the house: who may import what.
@Suite struct HouseTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  struct Import {
    var file: String
    var module: String
  }

  private static let imports: [Import] = {
    let sources = root.appending(path: "Sources")
    let files = FileManager.default.enumerator(atPath: sources.path)?.compactMap { $0 as? String } ?? []
    return files.filter { $0.hasSuffix(".swift") }.flatMap { file -> [Import] in
      let text = (try? String(contentsOf: sources.appending(path: file), encoding: .utf8)) ?? ""
      return text.split(separator: "\n").compactMap { line in
        let words = line.split(separator: " ")
        guard let index = words.firstIndex(of: "import"), index < 3, words.count > index + 1,
          words[..<index].allSatisfy({
            ["public", "package", "internal", "private", "@preconcurrency", "@testable"].contains($0)
          })
        else { return nil }
        return Import(file: file, module: String(words.last ?? ""))
      }
    }
  }()

  private func importers(of module: String) -> [String] {
    HouseTests.imports.filter { $0.module == module }.map(\.file)
  }

  @Test(arguments: [
    ("CLibpq", "Adapters/Postgres/"), ("CLibcurl", "Adapters/HTTP/"), ("CNcurses", "Console/Terminal/"),
    ("GRDB", "Adapters/Journal/"), ("Histogram", "Engines/Probing/"), ("Hummingbird", "Workload/"),
  ])
  func oneRoomHoldsEachOutsideLibrary(module: String, folder: String) {
    let importers = importers(of: module)
    #expect(!importers.isEmpty)
    for file in importers { #expect(file.hasPrefix(folder), "\(file) imports \(module)") }
  }

  @Test func nobodyImportsFoundationNetworking() { #expect(importers(of: "FoundationNetworking").isEmpty) }

  @Test func operationsKnowsNobody() {
    let outside = HouseTests.imports.filter { $0.file.hasPrefix("Operations/") }
    #expect(outside.map { "\($0.file): \($0.module)" } == [])
  }

  @Test func enginesImportOperationsAndNoEngine() {
    let allowed: Set = ["Operations", "Histogram", "Synchronization"]
    for entry in HouseTests.imports where entry.file.hasPrefix("Engines/") {
      #expect(allowed.contains(entry.module), "\(entry.file) imports \(entry.module)")
    }
  }

  @Test func theConsoleKnowsNoEngineAndNoAdapter() {
    for entry in HouseTests.imports where entry.file.hasPrefix("Console/") {
      #expect(
        !entry.module.hasSuffix("Engine") && !entry.module.hasSuffix("Adapter"), "\(entry.file) imports \(entry.module)"
      )
    }
    for entry in HouseTests.imports where entry.file.hasPrefix("Console/CellGrid/") {
      Issue.record("\(entry.file) imports \(entry.module)")
    }
  }

  /// What they do is repeated exactly in simulations, where time and turns are given to them.
  @Test(arguments: ["Sources/Engines", "Sources/Operations/Runner"])
  func enginesReadNoClockAndNeitherSleepNorYieldByThemselves(folder: String) throws {
    let engines = HouseTests.root.appending(path: folder)
    for case let file as String in FileManager.default.enumerator(atPath: engines.path) ?? .init()
    where file.hasSuffix(".swift") {
      let text = try String(contentsOf: engines.appending(path: file), encoding: .utf8)
      for word in ["Task.sleep(", "Task.yield(", "ContinuousClock.now", "Date()"] {
        #expect(!text.contains(word), "\(file) has \(word)")
      }
    }
  }
}
