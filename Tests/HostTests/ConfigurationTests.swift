import Foundation
import Operations
import Testing

@testable import Host

@Suite struct ConfigurationTests {
  private func parse(_ text: String) throws -> Configuration {
    try ConfigurationLoader.parse(text, file: "signalbox.yaml")
  }

  /// The sample with one piece of text replaced, and the error that it brings.
  private func error(replacing old: String, with new: String) -> ConfigurationError? {
    let text = ConfigurationSample.text
    #expect(text.contains(old))
    do {
      _ = try parse(text.replacingOccurrences(of: old, with: new))
      Issue.record("“\(new)” was accepted")
      return nil
    } catch {
      return error as? ConfigurationError
    }
  }

  @Test func readsEveryKey() throws {
    let configuration = try parse(ConfigurationSample.text)
    #expect(configuration.recordSet.ttl == .seconds(5))
    #expect(configuration.clouds[0].database?.password == .environment("DATABASE_PASSWORD"))
    #expect(configuration.clouds[0].database?.port == 5432)
    #expect(configuration.clouds[1].haproxy == nil)
    #expect(configuration.vantages[1].proxy == "socks5h://127.77.4.1:1080")
    #expect(configuration.probing.quorumNetworks == 2)
  }

  @Test func anUnknownKeyIsRefusedWithLineAndNearestMatch() {
    let error = error(replacing: "automation: manual", with: "automaton: manual")
    #expect(error?.line == 4)
    #expect(error?.message == "unknown key automaton; did you mean automation?")
  }

  @Test func anUnknownKeyDeepInsideIsNamedByItsPath() {
    let error = error(replacing: "    region: eu-west-1", with: "    regoin: eu-west-1")
    #expect(error?.message == "unknown key clouds[0].regoin; did you mean region?")
    #expect(error?.line == 22)
  }

  @Test func anInlineSecretIsRefusedAndNotRepeated() {
    let error = error(replacing: "{environment: DATABASE_PASSWORD}", with: "hunter2")
    #expect(error?.message.contains("never written here") == true)
    #expect(error?.description.contains("hunter2") == false)
  }

  @Test(arguments: [
    ("ttl: 5s", "ttl: 5", "no duration"), ("ttl: 5s", "ttl: 0s", "between"),
    ("timeout: 900ms", "timeout: 2s", "longer than interval"),
    ("{vantages: 2, networks: 2}", "{vantages: 3, networks: 2}", "there are 2"),
    ("id: azure", "id: aws", "stands twice"), ("127.77.2.10\n", "127.77.1.10\n", "could not be told apart"),
    ("automation: manual", "automation: autopilot", "is not one of"),
    ("socks5h://127", "ftp://127", "must begin with"), ("https://127.77.2.10:8443", "127.77.2.10", "must begin with"),
    ("name: app\n", "name: app\n      port: 0\n", "1 to 65535"),
    ("service: app.example.test\n", "", "service: is required"),
  ])
  func aMistakeIsNamed(old: String, new: String, words: String) {
    let error = error(replacing: old, with: new)
    #expect(error?.description.contains(words) == true, "\(String(describing: error))")
  }

  @Test func brokenYAMLIsRefusedWithItsLine() {
    let error = error(replacing: "  name: app.example.test", with: "  name: [app")
    #expect(error?.line != nil)
    #expect(error?.message.contains("no valid YAML") == true)
  }

  @Test func aKeyThatStandsTwiceIsRefused() {
    let error = error(replacing: "automation: manual", with: "automation: manual\nautomation: manual")
    #expect(error?.message.contains("twice") == true)
  }

  @Test func aMissingFileIsNamed() {
    #expect { try ConfigurationLoader.load("/nowhere/signalbox.yaml") } throws: {
      "\($0)".contains("/nowhere/signalbox.yaml: cannot be read")
    }
  }

  /// The guide is true: it describes exactly the keys that are read.
  @Test func everyKeyIsDescribedInTheGuide() throws {
    let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Sources/Host")
    let guide = try String(
      contentsOf: sources.appending(path: "Host.docc/Configuration.md"), encoding: .utf8)
    var keys: Set<String> = []
    for file in [
      "ConfigurationLoader.swift", "ConfigurationLoader+Sections.swift", "ConfigurationSection+Values.swift",
    ] {
      let code = try String(contentsOf: sources.appending(path: "Configuration/\(file)"), encoding: .utf8)
      for match in code.matches(
        of:
          /(?:string|optionalString|int|optionalNumber|duration|choice|strings|section|optionalSection|sections|secret|optionalSecret|url)\((?:section, |\n\s+)?"([a-z-]+)"/
      ) {
        keys.insert(String(match.1))
      }
    }
    #expect(keys.count > 35)
    for key in keys { #expect(guide.contains("`\(key)`"), "the guide does not describe \(key)") }
  }
}
