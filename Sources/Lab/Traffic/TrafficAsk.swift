/// What a user asks of the application.
enum TrafficAsk: Sendable, Equatable {
  case read
  /// Makes a task, or changes one.
  case write
  /// Makes the task with this title.
  case row(title: String)
  /// The newest tasks, as the database knows them that takes the writes.
  case look
}
