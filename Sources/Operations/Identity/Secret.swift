/// A password, key or token. It prints as `‹secret›`, whatever prints it, and cannot be encoded.
public struct Secret: Sendable, Hashable {
  private let text: String

  public init(_ text: String) { self.text = text }

  /// The secret itself, for the one call that hands it to the system it opens. Never put it into a message.
  public func reveal() -> String { text }

  public var isEmpty: Bool { text.isEmpty }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public var description: String { "‹secret›" }

  public var debugDescription: String { description }

  public var customMirror: Mirror { Mirror(self, children: []) }
}
