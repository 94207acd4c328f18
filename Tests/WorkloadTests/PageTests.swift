import FoundationEssentials
import HTTPAdapter
import Testing

/// The pages, as a browser without scripts uses them.
@Suite(.timeLimit(.minutes(2))) struct PageTests {
  /// A browser: it keeps the cookies it is given.
  final class Browser {
    let instance: WorkloadInstance
    var cookies: [String: String] = [:]

    init(_ instance: WorkloadInstance) { self.instance = instance }

    func get(_ path: String) async throws -> HTTPResponse { try await send("GET", path, nil) }

    func post(_ path: String, _ form: [(String, String)]) async throws -> HTTPResponse {
      try await send("POST", path, form)
    }

    private func send(_ method: String, _ path: String, _ form: [(String, String)]?) async throws -> HTTPResponse {
      let cookie = cookies.map { "\($0.key)=\($0.value)" }.joined(separator: "; ")
      let answer = try await instance.send(method, path, headers: [("Cookie", cookie)], form: form)
      for field in answer.headers where field.name.lowercased() == "set-cookie" {
        let pair = field.value.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1)
        cookies[String(pair[0])] = pair.count == 2 ? String(pair[1]) : nil
      }
      return answer
    }

    /// Registers, and is logged in then.
    func register() async throws -> HTTPResponse {
      let token = try #require(try await get("/register").formToken)
      return try await post(
        "/register",
        [("form_token", token), ("email", "\(UUID().uuidString)@example.com"), ("password", "long enough")])
    }
  }

  private func browser() async throws -> Browser { Browser(try await WorkloadPair.shared.value.aws) }

  @Test func aSessionCookieIsProtected() async throws {
    let browser = try await browser()
    let answer = try await browser.register()
    #expect(answer.status == 303)
    let cookie = try #require(answer.headers.first { $0.value.hasPrefix("__Host-session=") }?.value)
    for attribute in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/", "Max-Age=43200"] {
      #expect(cookie.contains("; \(attribute)"), "\(cookie)")
    }
    #expect(try await browser.get("/tasks").status == 200)
  }

  @Test func aTaskIsWrittenEditedAndDeleted() async throws {
    let browser = try await browser()
    _ = try await browser.register()
    let token = try #require(try await browser.get("/tasks").formToken)
    let title = "<script>alert('x')</script> & co"
    #expect(try await browser.post("/tasks", [("form_token", token), ("title", title)]).status == 303)
    let list = try await browser.get("/tasks")
    #expect(!list.text.contains("<script>"))
    #expect(list.text.contains("&lt;script&gt;alert"))
    let path = try #require(list.text.firstRange(of: "href=\"/tasks/")).upperBound
    let id = String(list.text[path...].prefix { $0 != "\"" })
    #expect(try await browser.get("/tasks/\(id)").text.contains("name=\"version\" value=\"1\""))

    let change = [("form_token", token), ("version", "1"), ("title", "second"), ("done", "on")]
    #expect(try await browser.post("/tasks/\(id)", change).status == 303)
    let rival = try await browser.post(
      "/tasks/\(id)", [("form_token", token), ("version", "1"), ("title", "kept by the form")])
    #expect(rival.status == 412)
    #expect(rival.text.contains("kept by the form") && rival.text.contains("value=\"2\""))
    let empty = try await browser.post("/tasks/\(id)", [("form_token", token), ("version", "2"), ("title", " ")])
    #expect(empty.status == 422 && empty.text.contains("title is missing"))
    #expect(try await browser.get("/tasks").text.contains("<s>second</s>"))
    #expect(try await browser.post("/tasks/\(id)/delete", [("form_token", token)]).status == 303)
    #expect(try await browser.get("/tasks/\(id)").status == 404)
  }

  @Test func aFormOfAnotherSiteIsRefused() async throws {
    let browser = try await browser()
    _ = try await browser.register()
    let other = try await self.browser()
    _ = try await other.register()
    let foreign = try #require(try await other.get("/tasks").formToken)
    for token in ["", "x", foreign] {
      let answer = try await browser.post("/tasks", [("form_token", token), ("title", "planted")])
      #expect(answer.status == 403)
    }
    #expect(try await browser.post("/tasks", [("title", "planted")]).status == 403)
    #expect(try await browser.post("/logout", []).status == 403)
    #expect(!(try await browser.get("/tasks").text.contains("planted")))
    // The API by cookie needs the token too, in a header.
    let cookie = "__Host-session=\(browser.cookies["__Host-session"] ?? "")"
    let bare = try await browser.instance.send(
      "POST", "/api/v1/tasks", headers: [("Cookie", cookie)], json: #"{"title":"planted"}"#)
    #expect(bare.status == 403)
    let token = try #require(try await browser.get("/tasks").formToken)
    let proven = try await browser.instance.send(
      "POST", "/api/v1/tasks", headers: [("Cookie", cookie), ("X-CSRF-Token", token)], json: #"{"title":"own"}"#)
    #expect(proven.status == 201)
  }

  @Test func aStrangersFormNeedsItsCookie() async throws {
    let browser = try await browser()
    let token = try #require(try await browser.get("/login").formToken)
    browser.cookies = [:]
    let answer = try await browser.post(
      "/login", [("form_token", token), ("email", "a@example.com"), ("password", "long enough")])
    #expect(answer.status == 403)
  }

  @Test func aWrongPasswordIsSaidAndTheAddressKept() async throws {
    let browser = try await browser()
    let token = try #require(try await browser.get("/login").formToken)
    let answer = try await browser.post(
      "/login", [("form_token", token), ("email", "ghost@example.com"), ("password", "long enough")])
    #expect(answer.status == 401)
    #expect(answer.text.contains("The address or the password is wrong."))
    #expect(answer.text.contains("value=\"ghost@example.com\""))
  }

  @Test func loggingOutEndsTheSessionEverywhere() async throws {
    let browser = try await browser()
    _ = try await browser.register()
    let stolen = try #require(browser.cookies["__Host-session"])
    let token = try #require(try await browser.get("/tasks").formToken)
    #expect(try await browser.post("/logout", [("form_token", token)]).status == 303)
    browser.cookies["__Host-session"] = stolen
    let answer = try await browser.get("/tasks")
    #expect(answer.status == 303 && answer.header("Location") == "/login")
  }

  @Test func pagesSayWhatTheyNeverDo() async throws {
    let answer = try await browser().get("/")
    #expect(answer.status == 200)
    #expect(answer.header("Content-Security-Policy")?.contains("default-src 'none'") == true)
    #expect(answer.header("X-Content-Type-Options") == "nosniff")
    #expect(answer.header("Strict-Transport-Security") != nil)
    #expect(answer.header("Cache-Control") == "no-store")
    #expect(!answer.text.contains("<script"))
  }

  @Test func styleSheetsAreKeptByBrowsers() async throws {
    let browser = try await browser()
    let page = try await browser.get("/")
    let start = try #require(page.text.firstRange(of: "href=\"/static/")).upperBound
    let path = "/static/" + page.text[start...].prefix { $0 != "\"" }
    let sheet = try await browser.get(path)
    #expect(sheet.status == 200)
    #expect(sheet.header("Content-Type") == "text/css; charset=utf-8")
    #expect(sheet.header("Cache-Control") == "public, max-age=31536000, immutable")
    let tag = try #require(sheet.header("ETag"))
    let again = try await browser.instance.send("GET", path, headers: [("If-None-Match", tag)])
    #expect(again.status == 304 && again.body.isEmpty)
    #expect(try await browser.get("/static/../../etc/passwd").status == 404)
    #expect(try await browser.get("/static/%2e%2e%2fetc%2fpasswd").status == 404)
  }
}
