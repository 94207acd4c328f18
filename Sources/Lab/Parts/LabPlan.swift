/// Everything the parts of one lab need to know of each other.
struct LabPlan: Sendable {
  var settings: LabSettings
  var directory: LabDirectory
  var network: LabNetwork
  var executables: Executables
  var secrets: [LabSecrets.Name: String]
  /// The account PostgreSQL runs under; nil for one's own.
  var databaseAccount: Account?
  /// Whether a folder above the lab's is closed to that account.
  var isClosedToDatabase: Bool

  static let recordName = "app.example.test"
  static let zone = "example.test"
  static let databaseName = "app"

  var tool: Tool { Tool(setpriv: executables.setpriv) }

  func secret(_ name: LabSecrets.Name) -> String { secrets[name] ?? "" }

  func launch(_ executable: String, _ arguments: [String], part: String) -> Launch {
    Launch(executable, arguments, in: directory.work, output: directory.log(part))
  }
}
