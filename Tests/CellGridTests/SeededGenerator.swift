/// SplitMix64: the same numbers for the same seed, so that a failure can be repeated.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

/// Text of every kind that has broken a terminal program.
func hostileText(using generator: inout SeededGenerator) -> String {
  let alphabet: [Unicode.Scalar] = [
    "a", "Z", " ", "é", "世", "界", "😀", "👍", "\u{1F3FD}", "\u{200D}", "\u{FE0F}", "\u{301}", "\u{20DD}", "\u{1B}", "[",
    "\u{9B}", "\n", "\r", "\t", "\u{7F}", "\u{202E}", "\u{2066}", "\u{E0041}", "\u{1F1E9}", "\u{1F1EA}", "가",
    "\u{1100}", "\u{1161}", "\u{11A8}", "ﾊ", "Ａ", "\u{0E33}", "\u{AD}", "\u{FEFF}", "\u{2028}", "\u{0}", "\u{10FFFF}",
  ]
  var text = ""
  for _ in 0..<Int.random(in: 0...24, using: &generator) {
    text.unicodeScalars.append(alphabet[Int.random(in: 0..<alphabet.count, using: &generator)])
  }
  return text
}
