import Operations
import Testing

@testable import PostgresRole

@Suite struct PureTests {
  @Test(arguments: [
    "INSERT", "UPDATE", "DELETE WITH GRANT OPTION", "TRUNCATE", "USAGE", "UPDATE (\"a\")",
    "UPDATE (\"a b\", \"c\"\"d\", \", \") WITH GRANT OPTION", "INSERT (\"é\", \"\"\"\u{301}\")",
  ])
  func aPrivilegeIsReadAsItIsWritten(text: String) throws {
    #expect(try #require(Privilege(text)).text == text)
  }

  @Test func aNameCannotEndItsQuotes() {
    // An accent makes one character of itself and the quote before it, for Swift and not for the server.
    #expect(Array(Quoted.identifier("a\"\u{301}; --").unicodeScalars) == Array("\"a\"\"\u{301}; --\"".unicodeScalars))
    #expect(Quoted.literal("it's \\") == " E'it''s \\\\'")
    #expect(Quoted.array(["a\"b", "c\\d", ""]) == #"{"a\"b","c\\d",""}"#)
    #expect(Privilege("UPDATE (\"a\"\u{301}; DROP TABLE x; --\")") == nil)
  }

  @Test func oneGenerationMakesOneDecision() throws {
    let record = RoleRecord(standing: .fenced, generation: Generation(5), actor: "a", application: "app")
    let judge = { (generation: UInt64, wanted: DatabaseRole.Standing?, actor: String) throws(RoleError) in
      try record.judge(Generation(generation), to: wanted, by: actor, for: "app")
    }
    let outdone = RoleError.superseded(standing: Generation(5))
    try judge(5, .fenced, "b")
    try judge(5, .primary, "a")
    try judge(5, nil, "b")
    try judge(6, .primary, "b")
    #expect(throws: outdone) { try judge(5, .primary, "b") }
    #expect(throws: outdone) { try judge(4, .fenced, "a") }
    #expect(throws: outdone) { try judge(4, nil, "a") }
    #expect(throws: RoleError.self) { try record.judge(Generation(6), to: .fenced, by: "a", for: "other") }
  }
}
