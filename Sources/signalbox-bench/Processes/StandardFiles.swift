import Glibc

/// What a child has as its standard input, output and error.
enum StandardFiles {
  /// Output and error are written to a file.
  case log(String)
  /// Output goes to a descriptor, error to a file.
  case pipe(Int32, log: String)
  /// All three are a terminal, given by its path.
  case terminal(String)

  var isTerminal: Bool { if case .terminal = self { true } else { false } }

  func add(to actions: inout posix_spawn_file_actions_t) {
    switch self {
    case .log(let path):
      posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
      posix_spawn_file_actions_addopen(&actions, 1, path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
      posix_spawn_file_actions_adddup2(&actions, 1, 2)
    case .pipe(let descriptor, let path):
      posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
      posix_spawn_file_actions_adddup2(&actions, descriptor, 1)
      posix_spawn_file_actions_addopen(&actions, 2, path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    case .terminal(let path):
      // The first terminal that the leader of a session opens becomes its own.
      posix_spawn_file_actions_addopen(&actions, 0, path, O_RDWR, 0)
      posix_spawn_file_actions_adddup2(&actions, 0, 1)
      posix_spawn_file_actions_adddup2(&actions, 0, 2)
    }
  }
}
