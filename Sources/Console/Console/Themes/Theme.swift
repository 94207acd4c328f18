public import CellGrid

/// The look of the console: one style for each meaning. Colour speaks of state, focus and staged change only; all else
/// is the foreground in two strengths, and lines.
public struct Theme: Sendable, Equatable {
  /// What a style stands for.
  public enum Role: String, Sendable, CaseIterable {
    /// Figures, names: what is read.
    case foreground
    /// Labels, units, what is old: what is read second.
    case faint
    /// The shape of figures over time: seen, not read.
    case graph
    /// Frames and rails: what is not looked at at all.
    case line
    case healthy, degraded, down, unknown
    /// Where keys go.
    case focus
    /// Moved, but not yet written.
    case staged
  }

  public var name: String
  /// A line for the chooser.
  public var summary: String
  public var background: Color
  private var styles: [Style]

  public init(name: String, summary: String, background: Color, styles: [Role: Style]) {
    self.name = name
    self.summary = summary
    self.background = background
    self.styles = Role.allCases.map { role in
      (styles[role] ?? Style()).on(background)
    }
  }

  public subscript(role: Role) -> Style {
    switch role {
    case .foreground: styles[0]
    case .faint: styles[1]
    case .graph: styles[2]
    case .line: styles[3]
    case .healthy: styles[4]
    case .degraded: styles[5]
    case .down: styles[6]
    case .unknown: styles[7]
    case .focus: styles[8]
    case .staged: styles[9]
    }
  }
}
