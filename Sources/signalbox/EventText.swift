import CellGrid
import Operations

/// An event as a line of a log. Text from outside cannot break the line or colour it.
enum EventText {
  static func line(_ event: Event) -> String {
    let actor = event.actor.map { " (\($0))" } ?? ""
    return "\(event.at) \(event.severity.rawValue) \(clean(event.subject)): \(clean(event.message))\(clean(actor))"
  }

  static func clean(_ text: String) -> String { TextSanitizer.standard.sanitize(text) }
}
