import Testing

@testable import Workload

@Suite struct SecurityTests {
  /// RFC 7914, section 11, cut to 32 bytes.
  @Test func passwordHashesAreStandard() throws {
    let hash = try PasswordHash(password: "passwd", iterations: 1, salt: Array("salt".utf8))
    let expected: [UInt8] = [
      0x55, 0xac, 0x04, 0x6e, 0x56, 0xe3, 0x08, 0x9f, 0xec, 0x16, 0x91, 0xc2, 0x25, 0x44, 0xb6, 0x05, 0xf9, 0x41, 0x85,
      0x21, 0x6d, 0xde, 0x04, 0x65, 0xe6, 0x8b, 0x9d, 0x57, 0xc2, 0x0d, 0xac, 0xbc,
    ]
    #expect(hash.hash == expected)
  }

  @Test func aStoredHashBringsItsOwnParameters() async throws {
    let hasher = PasswordHasher(iterations: 2000)
    let stored = try PasswordHash(password: "päss wörd", iterations: 1500).text
    #expect(stored.hasPrefix("$pbkdf2-sha256$i=1500$"))
    #expect(try await hasher.matches("päss wörd", stored))
    #expect(try await !hasher.matches("pass word", stored))
    #expect(try await !hasher.matches("päss wörd", nil))
    #expect(try await hasher.hash("a") != hasher.hash("a"), "each has a salt of its own")
  }

  @Test(arguments: [
    "", "$", "$pbkdf2-sha256$i=0$AAAA$AAAA", "$bcrypt$i=1$AAAA$AAAA", "$pbkdf2-sha256$i=x$AAAA$AAAA",
    "$pbkdf2-sha256$i=10$AAAA$AAAA", "$pbkdf2-sha256$i=10$A/+A$\(String(repeating: "A", count: 43))",
  ])
  func whatIsNoHashMatchesNothing(text: String) { #expect(PasswordHash(text) == nil) }

  @Test func tooManyLoginsAreRefusedAtOnce() async throws {
    let hasher = PasswordHasher(iterations: 20_000)
    let refusals = await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<(PasswordHasher.limit + 40) {
        group.addTask { (try? await hasher.matches("x", nil)) == nil }
      }
      return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(refusals > 0 && refusals <= 40)
  }

  @Test func tokensAreRandomAndChecked() throws {
    let token = SessionToken.random()
    #expect(token.text.utf8.count == 43)
    #expect(SessionToken(token.text) == token)
    #expect(SessionToken.random() != token)
    #expect(token.formToken != SessionToken.random().formToken)
    #expect(!token.formToken.contains(token.text))
    for wrong in ["", "x", token.text + "A", String(token.text.dropLast()) + "+"] {
      #expect(SessionToken(wrong) == nil)
    }
  }

  @Test(arguments: [[], [0], [255, 254, 253], [1, 2, 3, 4], Array(0...255)] as [[UInt8]])
  func bytesSurviveBase64(bytes: [UInt8]) {
    let text = Base64URL.encode(bytes)
    #expect(!text.contains { "+/=".contains($0) })
    #expect(Base64URL.decode(text) == bytes)
  }

  @Test func comparingLooksAtEverything() {
    #expect(equalInConstantTime("", ""))
    #expect(equalInConstantTime("abc", "abc"))
    #expect(!equalInConstantTime("abc", "abd"))
    #expect(!equalInConstantTime("abc", "abcd"))
  }
}
