extension Duration {
  public var wholeMicroseconds: Int64 {
    components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000
  }

  public var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }

  public var inMilliseconds: Double { inSeconds * 1000 }
}
