/// How a message fares where it arrives.
enum Arrival: Sendable {
  case served
  /// Nobody listens there.
  case refused
}
