/// The application that users visit, by its name alone.
public struct TrafficTarget: Sendable, Equatable {
  /// `app.example.test`.
  public var name: String
  public var port: Int
  /// `127.77.3.53:5300`; asked directly.
  public var nameServer: String
  public var certificateAuthorityFile: String
  /// Whose address is whose, for counting.
  public var cloudByAddress: [String: String]

  public init(
    name: String, port: Int, nameServer: String, certificateAuthorityFile: String, cloudByAddress: [String: String]
  ) {
    self.name = name
    self.port = port
    self.nameServer = nameServer
    self.certificateAuthorityFile = certificateAuthorityFile
    self.cloudByAddress = cloudByAddress
  }

  public init(_ lab: LabStatus) {
    self.init(
      name: lab.dns.name, port: Int(LabNetwork.balancerPort), nameServer: "\(lab.dns.address):\(lab.dns.port)",
      certificateAuthorityFile: lab.certificateAuthority,
      cloudByAddress: Dictionary(uniqueKeysWithValues: lab.clouds.map { ($0.address, $0.id) }))
  }
}
