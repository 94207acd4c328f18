public import Operations

/// What in a host's snapshot shows that it has noticed.
public enum DetectionSign: Sendable, Equatable {
  /// The cloud's verdict is `down`, or the failover engine has confirmed it.
  case down(CloudID)
  /// The cloud's verdict is no longer `healthy`.
  case unwell(CloudID)
  /// Fewer healthy targets than before.
  case fewerTargets(CloudID)
  /// The weights that stand can no longer be read at the provider.
  case weightsUnread
  /// There is nothing to detect; why not.
  case none(String)
}
