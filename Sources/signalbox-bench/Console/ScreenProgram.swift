/// A program with a screen, and the keys that change it.
struct ScreenProgram {
  var name: String
  var command: [String]
  var environment: [String: String] = [:]
  /// What its first frame has in it, when it is complete.
  var marker: String
  /// Typed in turn; each changes the screen.
  var keys: [String]
  var quit: String
}
