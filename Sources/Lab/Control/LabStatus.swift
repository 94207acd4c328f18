/// A lab as it stands, for people and programs.
public struct LabStatus: Sendable, Equatable, Codable {
  public struct NameServer: Sendable, Equatable, Codable {
    public var address: String
    public var port: Int
    /// The record set's name.
    public var name: String
    public var apiURL: String
    public var apiKeyFile: String
    public var zone: String
  }

  public struct Cloud: Sendable, Equatable, Codable {
    public var id: String
    /// The load balancer.
    public var url: String
    public var address: String
    public var statisticsURL: String
    public var instances: [Instance]
    public var database: Database
    public var `operator`: Credentials
    /// Where this cloud reaches the other cloud's database.
    public var linkAddress: String
  }

  public struct Instance: Sendable, Equatable, Codable {
    public var id: String
    public var url: String
    /// Nil while it does not run.
    public var pid: Int?
  }

  /// The application role's way in.
  public struct Database: Sendable, Equatable, Codable {
    public var host: String
    public var port: Int
    public var name: String
    public var user: String
    public var passwordFile: String
    /// The postmaster's; nil while it does not run.
    public var pid: Int?
  }

  public struct Credentials: Sendable, Equatable, Codable {
    public var user: String
    public var passwordFile: String
  }

  public struct Supervisor: Sendable, Equatable, Codable {
    public var pid: Int
  }

  public var directory: String
  public var configuration: String
  public var certificateAuthority: String
  /// The second byte of every address.
  public var network: Int
  public var dns: NameServer
  public var clouds: [Cloud]
  public var faults: [Fault]
  public var supervisor: Supervisor
  public var users: Int
  /// Seconds from the command to all being healthy.
  public var startSeconds: Double
}
