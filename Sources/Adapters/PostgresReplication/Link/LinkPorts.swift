public import Operations

/// Opens a link the way that its mode asks for.
public enum LinkPorts {
  public static func make(_ settings: LinkSettings) -> any ReplicationLinkPort {
    switch settings.mode {
    case .stream, .streamBoth: PostgresLink(settings: settings)
    case .snapshot: SnapshotLink(settings: settings)
    case .native: NativeLink(settings: settings)
    }
  }
}
