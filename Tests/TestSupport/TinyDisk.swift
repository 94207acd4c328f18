public import Glibc

/// A disk of some hundred kilobytes that a program has for itself, and that a test fills.
///
/// It is a tmpfs in a mount namespace of the program's own: nobody else sees it, and it ends with the program, however
/// that ends. Making one needs the right to mount.
public final class TinyDisk: Sendable {
  /// Whether this process may make one; not in a container without `CAP_SYS_ADMIN`, nor without root.
  public static let isPermitted: Bool = {
    let directory = TemporaryDirectory("signalbox-disk")
    // Its process is written down beside it, and goes with the directory.
    let disk = TinyDisk(at: "\(directory.path)/disk", kilobytes: 64)
    mkdir(disk.path, 0o700)
    return ChildProcess.run(disk.command(["true"])).status == 0
  }()

  /// Where the program sees it: an empty directory for everybody else.
  public let path: String
  private let kilobytes: Int

  public init(at path: String, kilobytes: Int) {
    self.path = path
    self.kilobytes = kilobytes
  }

  /// The words that run a program on the disk.
  public func command(_ words: [String]) -> [String] {
    let script = #"echo $$ > "$0.pid" && mount -t tmpfs -o size=\#(kilobytes)k,mode=700 none "$0" && exec "$@""#
    return ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, path] + words
  }

  /// The program's process; nil before it runs.
  public var process: pid_t? {
    pid_t(text(of: "\(path).pid").filter(\.isNumber))
  }

  /// Writes until nothing more fits.
  ///
  /// - Returns: how many bytes did; nil where the disk could not be entered.
  public func fill() -> Int? {
    guard let ballast else { return nil }
    let descriptor = open(ballast, O_WRONLY | O_CREAT | O_CLOEXEC | O_APPEND, 0o600)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    let block = [UInt8](repeating: 1, count: 4096)
    var written = 0
    while case let count = write(descriptor, block, block.count), count > 0 { written += count }
    return errno == ENOSPC ? written : nil
  }

  /// Gives the space back.
  public func free() -> Bool { ballast.map { unlink($0) == 0 } ?? false }

  /// Through the program's own root, for the disk is in no other.
  private var ballast: String? { process.map { "/proc/\($0)/root\(path)/ballast" } }
}
