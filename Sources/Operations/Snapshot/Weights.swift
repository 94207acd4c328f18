/// DNS weights by cloud, in the configuration's order.
public struct Weights: Sendable, Hashable {
  public struct Entry: Sendable, Hashable, Codable {
    public var cloud: CloudID
    /// 0 to 255, as Route 53 has it.
    public var weight: Int

    public init(cloud: CloudID, weight: Int) {
      self.cloud = cloud
      self.weight = weight
    }
  }

  public var entries: [Entry]

  public init(_ entries: [Entry]) { self.entries = entries }

  public init(_ pairs: [(CloudID, Int)]) { entries = pairs.map { Entry(cloud: $0.0, weight: $0.1) } }

  public subscript(cloud: CloudID) -> Int? {
    get { entries.first { $0.cloud == cloud }?.weight }
    set {
      guard let index = entries.firstIndex(where: { $0.cloud == cloud }), let newValue else { return }
      entries[index].weight = newValue
    }
  }

  public var clouds: [CloudID] { entries.map(\.cloud) }

  public var sum: Int { entries.reduce(0) { $0 + $1.weight } }

  /// The share of answers a cloud gets, 0 to 1; 0 when the sum is 0.
  public func share(of cloud: CloudID) -> Double {
    guard sum > 0, let weight = self[cloud] else { return 0 }
    return Double(weight) / Double(sum)
  }
}

extension Weights: CustomStringConvertible {
  /// `aws=70 azure=30`.
  public var description: String { entries.map { "\($0.cloud)=\($0.weight)" }.joined(separator: " ") }

  /// `70/30`.
  public var ratio: String { entries.map { String($0.weight) }.joined(separator: "/") }
}

extension Weights: Codable {
  public init(from decoder: any Decoder) throws { entries = try decoder.singleValueContainer().decode([Entry].self) }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(entries)
  }
}
