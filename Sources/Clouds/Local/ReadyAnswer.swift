import FoundationEssentials

/// What is read of the application's answer to `/ready`.
struct ReadyAnswer: Decodable {
  var release: String

  init?(_ body: [UInt8]) {
    guard let answer = try? JSONDecoder().decode(ReadyAnswer.self, from: Data(body)) else { return nil }
    self = answer
  }
}
