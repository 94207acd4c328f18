import Operations

/// Puts samples together in Prometheus' text format.
struct MetricsWriter {
  private(set) var text = ""
  private var name = ""

  mutating func family(_ name: String, _ help: String) {
    self.name = name
    text += "# HELP \(name) \(help)\n# TYPE \(name) gauge\n"
  }

  mutating func sample(_ labels: [(String, String)], _ value: Double) {
    // What has no number is left out, as what is not known is.
    guard value.isFinite else { return }
    let inner = labels.map { "\($0.0)=\"\(escaped($0.1))\"" }.joined(separator: ",")
    text += inner.isEmpty ? "\(name) \(value)\n" : "\(name){\(inner)} \(value)\n"
  }

  mutating func each(
    _ name: String, _ help: String, _ clouds: [CloudSnapshot], _ value: (CloudSnapshot) -> Double?
  ) {
    family(name, help)
    for cloud in clouds {
      if let value = value(cloud) { sample([("cloud", cloud.id.rawValue)], value) }
    }
  }

  private func escaped(_ label: String) -> String {
    label.reduce(into: "") { text, character in
      switch character {
      case "\\": text += "\\\\"
      case "\"": text += "\\\""
      case "\n": text += "\\n"
      default: text.append(character)
      }
    }
  }
}
