import FoundationEssentials
import Glibc
import Operations

/// What a holder of the lock leaves for those after it, in a file beside the lock.
struct LeaseWord {
  private let path: String

  init(beside lock: String) { path = lock + ".word" }

  func read() throws -> String? {
    guard access(path, F_OK) == 0 else {
      guard errno == ENOENT else { throw fault("read", path) }
      return nil
    }
    guard let data = FileManager.default.contents(atPath: path) else { throw fault("read", path) }
    return String(decoding: data.prefix(500), as: UTF8.self)
  }

  /// Durable once it returns: a power cut must not bring back what was so before.
  func write(_ word: String?) throws {
    if let word {
      let draft = path + ".new"
      try write(Array(word.utf8), to: draft)
      guard rename(draft, path) == 0 else { throw fault("written", path) }
    } else if unlink(path) != 0, errno != ENOENT {
      throw fault("removed", path)
    }
    let folder = URL(filePath: path).deletingLastPathComponent().path
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw fault("written", folder) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw fault("written", folder) }
  }

  private func write(_ bytes: [UInt8], to draft: String) throws {
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw fault("written", draft) }
    defer { close(descriptor) }
    guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0 else {
      throw fault("written", draft)
    }
  }

  private func fault(_ verb: String, _ file: String) -> HostError {
    .failed(
      "\(file) cannot be \(verb): \(String(cString: strerror(errno))); check the directory of the journal and its disk")
  }
}
