import Glibc

extension TerminfoEntry {
  /// The description of `name` from the places where ncurses looks (terminfo(5), "Fetching Compiled Descriptions").
  static func find(_ name: String, environment: (String) -> String?) -> TerminfoEntry? {
    guard let first = name.utf8.first, !name.contains("/") else { return nil }
    var folders: [String] = []
    if let folder = environment("TERMINFO") { folders.append(folder) }
    if let home = environment("HOME") { folders.append(home + "/.terminfo") }
    if let listed = environment("TERMINFO_DIRS") { folders += listed.split(separator: ":").map(String.init) }
    folders += ["/etc/terminfo", "/lib/terminfo", "/usr/share/terminfo", "/usr/lib/terminfo"]
    for folder in folders {
      for letter in [String(UnicodeScalar(first)), String(first, radix: 16)] {
        if let bytes = read("\(folder)/\(letter)/\(name)"), let entry = TerminfoEntry(compiled: bytes) { return entry }
      }
    }
    return nil
  }

  /// A small file's bytes.
  private static func read(_ path: String) -> [UInt8]? {
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { Glibc.close(descriptor) }
    // ncurses' own limit for an entry.
    var bytes = [UInt8](repeating: 0, count: 32_768)
    let count = Glibc.read(descriptor, &bytes, bytes.count)
    return count > 0 ? Array(bytes.prefix(count)) : nil
  }

  /// RFC 4648 with padding.
  static func base64(_ bytes: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
      for place in 0..<4 {
        text.append(place <= group.count ? alphabet[bits >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
