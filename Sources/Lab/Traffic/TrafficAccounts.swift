import HTTPAdapter

actor TrafficAccounts {
  func request(number: Int, isWrite: Bool, visit: Visit) async throws -> HTTPRequest { visit.request("GET", "/") }
  func forget(_ number: Int) {}
}
