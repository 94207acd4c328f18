/// Short names for plans and operations that a person can read out.
enum Token {
  /// 40 random bits in an alphabet without look-alikes: `w-7f3k2pqd`.
  static func make(_ prefix: String) -> String {
    let alphabet = Array("23456789abcdefghjkmnpqrstuvwxyz")
    return prefix + "-" + String((0..<8).compactMap { _ in alphabet.randomElement() })
  }
}
