import FoundationEssentials
import Operations
import Yams

/// Reads a configuration file. Nothing outside the file is touched: secrets stay where they are until they are needed.
public enum ConfigurationLoader {
  /// - Throws: ``ConfigurationError`` with file, line and remedy.
  public static func load(_ path: String) throws -> Configuration {
    let data: Data
    do {
      data = try Data(contentsOf: URL(filePath: path))
    } catch {
      throw ConfigurationError(
        file: path, line: nil, message: "cannot be read; give a readable file with --config or SIGNALBOX_CONFIG")
    }
    guard data.count <= 1_048_576 else {
      throw ConfigurationError(file: path, line: nil, message: "is larger than 1 MiB; that is no configuration")
    }
    return try parse(String(decoding: data, as: UTF8.self), file: path)
  }

  static func parse(_ text: String, file: String) throws -> Configuration {
    let root: Node?
    do {
      root = try Yams.compose(yaml: text)
    } catch let error as YamlError {
      throw ConfigurationError(file: file, line: line(of: error), message: "is no valid YAML: \(summary(of: error))")
    }
    guard let root else { throw ConfigurationError(file: file, line: nil, message: "is empty") }
    let section = try ConfigurationSection(root, file: file, path: "")
    let configuration = try read(section)
    try section.finish()
    try ConfigurationCheck.check(configuration, in: section)
    return configuration
  }

  private static func read(_ root: ConfigurationSection) throws -> Configuration {
    let recordSet = try recordSet(root.section("record-set"))
    let service = try root.string("service")
    let automation = try root.choice("automation", default: Automation.manual)
    let probing = try probing(root.optionalSection("probing"))
    return Configuration(
      file: root.file,
      service: service,
      controlSocket: try root.string("control-socket"),
      journal: try root.string("journal"),
      automation: automation,
      lease: try lease(root.optionalSection("lease"), service: service),
      recordSet: recordSet,
      probing: probing,
      vantages: try vantages(root.sections("vantages")),
      clouds: try root.sections("clouds").map(cloud),
      interlocks: try interlocks(root.optionalSection("interlocks")),
      replication: try root.sections("replication").map(replication),
      failover: try failover(root.optionalSection("failover"), automation: automation, probing: probing))
  }

  private static func line(of error: YamlError) -> Int? {
    switch error {
    case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _): mark.line
    case .duplicatedKeysInMapping(_, let context): context.mark.line
    default: nil
    }
  }

  private static func summary(of error: YamlError) -> String {
    switch error {
    case .scanner(_, let problem, _, _), .parser(_, let problem, _, _), .composer(_, let problem, _, _): problem
    case .duplicatedKeysInMapping(let keys, _):
      "the key \(keys.joined(separator: ", ")) stands twice"
    default: "it cannot be parsed"
    }
  }
}
