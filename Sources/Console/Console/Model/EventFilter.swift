import Operations

/// Which events are shown: those that hold every word of `text`, whatever their case.
public struct EventFilter: Sendable, Equatable {
  public var text = ""
  /// Whether keys go into `text`.
  public var isEditing = false

  var isActive: Bool { isEditing || !text.isEmpty }

  func matches(_ event: Event) -> Bool {
    let words = text.lowercased().split(separator: " ")
    guard !words.isEmpty else { return true }
    let haystack =
      "\(event.subject) \(event.message) \(event.actor ?? "") \(event.severity.rawValue) \(event.at.timeOfDay)"
      .lowercased()
    return words.allSatisfy { haystack.contains($0) }
  }
}
