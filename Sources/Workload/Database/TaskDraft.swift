/// A task that is to be.
struct TaskDraft: Sendable, Equatable {
  var title: String
  var notes: String
  var done: Bool
}

/// What is to change of a task; nil leaves it as it is.
struct TaskChange: Sendable, Equatable {
  var title: String?
  var notes: String?
  var done: Bool?
}
