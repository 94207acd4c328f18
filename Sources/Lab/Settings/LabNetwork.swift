import Glibc

/// The addresses of one lab: `127.OCTET.SUBNET.HOST`, the same ports in every cloud.
///
/// All of 127.0.0.0/8 is loopback on Linux, so a cloud has addresses of its own without any being configured.
struct LabNetwork: Sendable, Equatable, Codable {
  let octet: UInt8

  static let balancerPort: UInt16 = 8443
  static let statisticsPort: UInt16 = 8404
  static let databasePort: UInt16 = 5432
  static let instancePort: UInt16 = 8000
  static let namePort: UInt16 = 5300
  static let nameAPIPort: UInt16 = 8081
  static let proxyPort: UInt16 = 1080
  /// Bound, and never served, by a living supervisor: it makes an octet belong to one lab at a time.
  static let reservationPort: UInt16 = 4096

  static let sharedSubnet: UInt8 = 3

  func address(_ subnet: UInt8, _ host: UInt8) -> String { "127.\(octet).\(subnet).\(host)" }

  func balancer(_ cloud: LabCloud) -> String { address(cloud.subnet, 10) }
  func database(_ cloud: LabCloud) -> String { address(cloud.subnet, 20) }
  /// Where a cloud reaches the other cloud's database.
  func link(_ cloud: LabCloud) -> String { address(cloud.subnet, 30) }
  /// `number` counts from 1.
  func instance(_ cloud: LabCloud, _ number: Int) -> String { address(cloud.subnet, UInt8(clamping: 100 + number)) }

  var gateway: String { address(Self.sharedSubnet, 10) }
  var nameServer: String { address(Self.sharedSubnet, 53) }
  var nameAPI: String { address(Self.sharedSubnet, 54) }
  var reservation: String { address(0, 1) }

  func url(_ cloud: LabCloud) -> String { "https://\(balancer(cloud)):\(Self.balancerPort)" }
  var apiURL: String { "https://\(gateway):\(Self.balancerPort)" }

  /// Addresses whose ports must be free before a lab takes the octet.
  var listeners: [(address: String, port: UInt16)] {
    LabCloud.allCases.flatMap { cloud in
      [(balancer(cloud), Self.balancerPort), (database(cloud), Self.databasePort), (link(cloud), Self.databasePort)]
        + [(instance(cloud, 1), Self.instancePort)]
    } + [(nameServer, Self.namePort), (gateway, Self.balancerPort), (nameAPI, Self.nameAPIPort)]
  }
}
