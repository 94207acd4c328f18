/// A figure and what was measured.
public struct Figure: Sendable, Equatable, Codable {
  public var name: FigureName
  public var value: FigureValue

  public init(_ name: FigureName, _ value: FigureValue) {
    self.name = name
    self.value = value
  }
}
