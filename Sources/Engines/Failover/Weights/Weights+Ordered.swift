import Operations

extension Weights {
  /// The same in the order of the record set.
  ///
  /// - Throws: ``HostError/invalidRequest(_:)`` when they name other clouds than `standing`, or one twice, or lie outside
  ///   0 to 255.
  func ordered(as standing: Weights) throws -> Weights {
    for entry in entries {
      guard standing[entry.cloud] != nil else {
        throw HostError.invalidRequest(
          "the record set has no cloud \(entry.cloud); it has \(standing.clouds.map(\.rawValue).joined(separator: ", "))"
        )
      }
      guard (0...255).contains(entry.weight) else {
        throw HostError.invalidRequest("\(entry.cloud)=\(entry.weight): a weight is a whole number from 0 to 255")
      }
    }
    guard Set(clouds).count == entries.count else { throw HostError.invalidRequest("a cloud is named twice") }
    return try Weights(
      standing.entries.map { entry in
        guard let weight = self[entry.cloud] else {
          throw HostError.invalidRequest("no weight is given for \(entry.cloud); name every cloud")
        }
        return Entry(cloud: entry.cloud, weight: weight)
      })
  }
}
