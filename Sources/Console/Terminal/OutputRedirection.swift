import Glibc

/// Sends standard output and error to a file, and back.
struct OutputRedirection {
  private let saved: [(descriptor: Int32, copy: Int32)]

  init(to path: String) throws(TerminalError) {
    let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw .logFile(path: path, reason: reasonOfLastError()) }
    fflush(nil)
    saved = [STDOUT_FILENO, STDERR_FILENO].map { descriptor in
      let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
      dup2(file, descriptor)
      return (descriptor, copy)
    }
    close(file)
  }

  func undo() {
    fflush(nil)
    for (descriptor, copy) in saved where copy >= 0 {
      dup2(copy, descriptor)
      close(copy)
    }
  }
}
