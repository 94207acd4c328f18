import Operations

/// A fault, and the cloud it happens to.
public struct Fault: Sendable, Hashable, Codable, CustomStringConvertible {
  public var name: FaultName
  /// `aws` or `azure`; nil where a fault concerns both.
  public var cloud: String?

  public init(name: FaultName, cloud: String?) {
    self.name = name
    self.cloud = cloud
  }

  /// - Throws: ``LabError`` for a name or a cloud that does not exist, or a cloud that is missing.
  public init(parsing name: String, cloud: String?) throws {
    self.name = try FaultName(parsing: name)
    let clouds = LabCloud.allCases.map(\.rawValue)
    if let cloud, !clouds.contains(cloud) {
      let nearest = NearestMatch.of(cloud, among: clouds).map { "did you mean \($0)? " } ?? ""
      throw LabError(
        "cloud \(cloud)", "there is no such cloud", remedy: "\(nearest)clouds: \(clouds.joined(separator: ", "))")
    }
    guard self.name.needsCloud else {
      self.cloud = nil
      return
    }
    guard let cloud else {
      throw LabError(
        "fault \(name)", "it happens to one cloud", remedy: "say which: \(clouds.joined(separator: " or "))")
    }
    self.cloud = cloud
  }

  public var description: String { cloud.map { "\(name.rawValue) \($0)" } ?? name.rawValue }
}
