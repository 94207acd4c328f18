import Testing

@testable import Workload

@Suite struct InputTests {
  @Test(arguments: [
    ("a=1&b=2", ["a": "1", "b": "2"]), ("a=x+y%26z", ["a": "x y&z"]), ("a=%C3%9F", ["a": "ß"]), ("a", ["a": ""]),
    ("a=b=c", ["a": "b=c"]), ("", [:]), ("a=%", [:]), ("a=%+1", [:]), ("a=%zz&b=1", ["b": "1"]), ("a=%FF", [:]),
  ])
  func formsAreDecoded(text: String, fields: [String: String]) {
    let form = Form(text)
    for name in ["a", "b"] { #expect(form[name] == fields[name]) }
  }

  @Test(arguments: [
    "", "a", "@", "a@b", "a@.b", "a@b.", "a@@b.c", "a b@c.de", "a@b c.de", "a@b.c\u{7}d",
    String(repeating: "a", count: 250) + "@b.cd",
  ])
  func whatIsNoAddressIsRefused(text: String) {
    var validation = Validation()
    _ = validation.email(text)
    #expect(validation.fields["email"] != nil)
  }

  @Test func addressesAreKeptInOneForm() {
    var validation = Validation()
    #expect(validation.email("  Ada@Example.COM ") == "ada@example.com")
    #expect(validation.fields.isEmpty)
  }

  @Test func limitsAreOnCharacters() {
    var validation = Validation()
    _ = validation.title(String(repeating: "ß", count: 200))
    _ = validation.notes(String(repeating: "ß", count: 10_000))
    _ = validation.password("12345678")
    #expect(validation.fields.isEmpty)
    _ = validation.title(String(repeating: "ß", count: 201))
    _ = validation.notes(String(repeating: "ß", count: 10_001))
    _ = validation.password("1234567")
    #expect(validation.fields.keys.sorted() == ["notes", "password", "title"])
    #expect(throws: Problem.self) { try validation.finish() }
  }

  private static let id = "6f9dc490-7cdb-44e4-afdf-3b6d8a7d18bc"

  @Test func aCursorComesBackAsItWas() throws {
    let cursor = try #require(Cursor(Base64URL.encode(Array("2026-02-28T23:59:59.000001Z \(Self.id)".utf8))))
    #expect(cursor.id == Self.id)
    #expect(Cursor(cursor.text) == cursor)
  }

  @Test(arguments: [
    "", "2026-02-28T23:59:59.000001Z", "2026-02-30T00:00:00.000000Z \(id)", "2026-13-01T00:00:00.000000Z \(id)",
    "2025-02-29T00:00:00.000000Z \(id)", "0000-01-01T00:00:00.000000Z \(id)", "2026-02-28T24:00:00.000000Z \(id)",
    "2026-02-28T23:59:59.000001Z \(id)x", "2026-02-28T23:59:59.000001Z ' OR 1=1 --",
  ])
  func aForgedCursorIsRefused(text: String) { #expect(Cursor(Base64URL.encode(Array(text.utf8))) == nil) }

  @Test func whatTheDatabaseSaysStaysInside() {
    struct Odd: Error {}
    #expect(Problem(Odd()).kind == .failed)
    #expect(!Problem(Odd()).detail.contains("Odd"))
  }

  @Test func aFailedDatabaseIsAskedOnceInAPause() {
    let health = PoolHealth()
    let start = ContinuousClock.now
    #expect(health.mayAsk(at: start))
    health.report(success: false, at: start)
    #expect(!health.mayAsk(at: start + .seconds(1)))
    #expect(health.mayAsk(at: start + .seconds(2)))
    #expect(!health.mayAsk(at: start + .seconds(3)), "one is asking already")
    health.report(success: false, at: start + .seconds(4))
    #expect(!health.mayAsk(at: start + .seconds(5)))
    #expect(health.mayAsk(at: start + .seconds(6)))
    health.report(success: true, at: start + .seconds(6))
    #expect(health.mayAsk(at: start + .seconds(6)) && health.mayAsk(at: start + .seconds(6)))
  }
}
