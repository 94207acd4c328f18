import Operations
import Yams

extension ConfigurationSection {
  func optionalString(_ key: String) throws -> String? {
    guard let node = node(key) else { return nil }
    guard let text = node.string, !text.isEmpty else { throw fail(key, "must be a text") }
    return text
  }

  func string(_ key: String) throws -> String {
    guard let text = try optionalString(key) else { throw fail(key, "is required") }
    return text
  }

  func int(_ key: String, in range: ClosedRange<Int>, default fallback: Int) throws -> Int {
    guard let node = node(key) else { return fallback }
    guard let number = node.int, range.contains(number) else {
      throw fail(key, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  func optionalNumber(_ key: String, in range: ClosedRange<Double>) throws -> Double? {
    guard let node = node(key) else { return nil }
    guard let number = node.float, range.contains(number) else {
      throw fail(key, "must be a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  func duration(_ key: String, in range: ClosedRange<Duration>, default fallback: Duration) throws -> Duration {
    guard let text = try optionalString(key) else { return fallback }
    guard let duration = DurationText.parse(text) else {
      throw fail(key, "“\(text)” is no duration; write a number with ms, s, m or h, like 900ms or 5s")
    }
    guard range.contains(duration) else {
      throw fail(
        key, "must lie between \(DurationText.write(range.lowerBound)) and \(DurationText.write(range.upperBound))")
    }
    return duration
  }

  func choice<Value: RawRepresentable & CaseIterable>(_ key: String, default fallback: Value) throws -> Value
  where Value.RawValue == String {
    guard let text = try optionalString(key) else { return fallback }
    guard let value = Value(rawValue: text) else {
      throw fail(key, "“\(text)” is not one of \(Value.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return value
  }

  func strings(_ key: String) throws -> [String] {
    guard let node = node(key) else { throw fail(key, "is required") }
    guard let items = node.sequence, !items.isEmpty else { throw fail(key, "must be a list") }
    return try items.map { item in
      guard let text = item.string, !text.isEmpty else { throw fail(key, "must be a list of texts") }
      return text
    }
  }

  func optionalStrings(_ key: String) throws -> [String]? { has(key) ? try strings(key) : nil }

  func optionalSection(_ key: String) throws -> ConfigurationSection? {
    guard let node = node(key) else { return nil }
    return try ConfigurationSection(node, file: file, path: qualified(key))
  }

  func section(_ key: String) throws -> ConfigurationSection {
    guard let section = try optionalSection(key) else { throw fail(key, "is required") }
    return section
  }

  func sections(_ key: String) throws -> [ConfigurationSection] {
    guard let node = node(key) else { return [] }
    guard let items = node.sequence else { throw fail(key, "must be a list") }
    return try items.enumerated().map { index, item in
      try ConfigurationSection(item, file: file, path: "\(qualified(key))[\(index)]")
    }
  }

  /// A secret by reference; text in its place is refused without being repeated.
  func optionalSecret(_ key: String) throws -> SecretReference? {
    guard let node = node(key) else { return nil }
    guard node.mapping != nil else {
      throw fail(
        key, "a secret is never written here; refer to it: {environment: NAME}, {file: PATH} or {command: [WORDS]}")
    }
    let section = try ConfigurationSection(node, file: file, path: qualified(key))
    let environment = try section.optionalString("environment")
    let path = try section.optionalString("file")
    let words = section.has("command") ? try section.strings("command") : nil
    _ = section.node("command")
    try section.finish()
    switch (environment, path, words) {
    case (let name?, nil, nil): return .environment(name)
    case (nil, let path?, nil): return .file(path)
    case (nil, nil, let words?): return .command(words)
    default: throw fail(key, "give exactly one of environment, file and command")
    }
  }

  func secret(_ key: String) throws -> SecretReference {
    guard let secret = try optionalSecret(key) else { throw fail(key, "is required") }
    return secret
  }
}
