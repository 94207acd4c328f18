import FoundationEssentials
import HTTPAdapter
import Operations

/// The few accounts that all virtual users share, each with a session and some tasks.
///
/// A session serves in any cloud: it is in the database, not in an instance.
actor TrafficAccounts {
  /// Why no session could be opened, the same text for all who waited for it.
  struct LoginFailure: Error, Equatable {
    var reason: String
  }

  private struct Account {
    var email: String
    var isRegistered = false
    var login: Task<String, any Error>?
    /// The one that the newest requests carry.
    var token: String?
    /// Tasks that were made, to be changed from then on: the tables do not grow without end.
    var taskPaths: [String] = []
  }

  private static let count = 4
  private static let tasksPerAccount = 50
  private let password = String(UInt64.random(in: .min ... .max), radix: 36) + "-visitor"
  private var accounts: [Account]

  init() {
    let run = String(UInt64.random(in: .min ... .max), radix: 36)
    accounts = (0..<Self.count).map { Account(email: "visitor-\(run)-\($0)@example.test") }
  }

  /// The next request of a user, in the session of its account.
  ///
  /// - Returns: the request, and the session's token that it carries.
  /// - Throws: ``LoginFailure``, or what sending the login has thrown.
  func request(user: Int, _ ask: TrafficAsk, visit: Visit) async throws -> (request: HTTPRequest, token: String) {
    let index = user % Self.count
    let token = try await session(index, visit)
    accounts[index].token = token
    var request: HTTPRequest
    switch ask {
    case .read: request = visit.request("GET", "/api/v1/tasks?limit=20")
    case .look:
      request = visit.request("GET", "/api/v1/tasks?limit=100")
      request.headers.append(HTTPField("Read-Consistency", "latest"))
    case .row(let title): request = visit.request("POST", "/api/v1/tasks", json: ["title": title])
    case .write:
      if accounts[index].taskPaths.count >= Self.tasksPerAccount,
        let path = accounts[index].taskPaths.randomElement()
      {
        request = visit.request("PATCH", path, json: ["title": "visited by \(user)"])
      } else {
        request = visit.request("POST", "/api/v1/tasks", json: ["title": "made by \(user)"])
      }
    }
    request.secretHeaders = [("Authorization", Secret("Bearer \(token)"))]
    return (request, token)
  }

  /// Takes note of what an answer means for the next requests: a task that was made, a session that is no more.
  ///
  /// - Parameter token: of the request. Many users may be told that an old session is no more; the new one stands.
  func learn(from response: HTTPResponse, to ask: TrafficAsk, user: Int, token: String) {
    let index = user % Self.count
    switch response.status {
    case 201:
      if ask == .write, let path = response.header("Location") { accounts[index].taskPaths.append(path) }
    case 401: if accounts[index].token == token { accounts[index].login = nil }
    case 404: accounts[index].taskPaths = []
    default: break
    }
  }

  /// One login at a time for an account; all its users wait for the same.
  private func session(_ index: Int, _ visit: Visit) async throws -> String {
    if let login = accounts[index].login { return try await login.value }
    let login = Task { try await self.logIn(index, visit) }
    accounts[index].login = login
    do { return try await login.value } catch {
      accounts[index].login = nil
      throw error
    }
  }

  private func logIn(_ index: Int, _ visit: Visit) async throws -> String {
    struct Opened: Decodable { var token: String }
    let credentials = ["email": accounts[index].email, "password": password]
    if !accounts[index].isRegistered {
      let response = try await visit.client.send(visit.request("POST", "/api/v1/accounts", json: credentials))
      // 409: an earlier attempt got further than its answer.
      guard response.status == 201 || response.status == 409 else {
        throw LoginFailure(reason: "register: status \(response.status)")
      }
      accounts[index].isRegistered = true
    }
    let response = try await visit.client.send(visit.request("POST", "/api/v1/sessions", json: credentials))
    guard response.status == 201, let opened = try? JSONDecoder().decode(Opened.self, from: Data(response.body)) else {
      throw LoginFailure(reason: "log in: status \(response.status)")
    }
    return opened.token
  }
}
