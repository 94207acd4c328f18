import CellGrid

/// What a dialog says, line by line.
struct DialogText {
  struct Row {
    var line: Line
    var trailing: Line = []

    init(_ line: Line, trailing: Line = []) {
      self.line = line
      self.trailing = trailing
    }

    static let blank = Row([])
  }

  var title: Line
  var trailing: Line = []
  var body: [Row]
  /// Always in sight, below the body.
  var footer: [Row] = []
  /// First line of the body shown.
  var first = 0

  /// Text from outside over as many lines as it needs.
  static func wrapped(_ text: String, _ role: Theme.Role = .foreground, indent: String = "", width: Int) -> [Row] {
    TextLayout.wrap(Outside.text(text), to: max(1, width - indent.count)).map { Row([Piece(indent + $0, role)]) }
  }
}
