import DNSAdapter
import HTTPAdapter
import Operations
import TestSupport

/// The record set of two clouds that the suites try.
extension PowerDNSServer {
  static let addresses = [
    (cloud: CloudID("aws"), address: "127.77.1.10"), (cloud: CloudID("azure"), address: "127.77.2.10"),
  ]

  func provider() throws -> PowerDNSProvider {
    PowerDNSProvider(
      settings: PowerDNSSettings(
        url: apiURL, zone: "example.test", name: "app.example.test", apiKey: Secret(Self.apiKey),
        timeToLive: .seconds(5), addresses: Self.addresses, timeout: .seconds(10)), client: try HTTPClient())
  }
}
