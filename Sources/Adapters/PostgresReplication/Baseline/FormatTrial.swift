/// Finds out which of COPY's formats brings a table over faster: each is given a range, then the better one the rest.
/// Pure.
struct FormatTrial: Sendable {
  /// False where the binary form of some column may differ between the sides.
  private(set) var mayBeBinary: Bool
  private var isTried = (text: false, binary: false)
  private var secondsPerByte: (text: Double?, binary: Double?)

  init(mayBeBinary: Bool) { self.mayBeBinary = mayBeBinary }

  /// Whether the next range is to be sent in the binary format.
  mutating func next() -> Bool {
    guard mayBeBinary else { return false }
    if !isTried.text {
      isTried.text = true
      return false
    }
    if !isTried.binary {
      isTried.binary = true
      return true
    }
    guard let text = secondsPerByte.text, let binary = secondsPerByte.binary else { return false }
    return binary < text
  }

  mutating func record(binary: Bool, seconds: Double, bytes: UInt64) {
    guard bytes > 0 else { return }
    let pace = seconds / Double(bytes)
    if binary {
      secondsPerByte.binary = min(secondsPerByte.binary ?? pace, pace)
    } else {
      secondsPerByte.text = min(secondsPerByte.text ?? pace, pace)
    }
  }

  /// A type of the table has no binary form.
  mutating func refuseBinary() { mayBeBinary = false }
}
