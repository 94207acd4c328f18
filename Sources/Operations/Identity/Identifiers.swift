/// The name of a cloud as the configuration gives it: `aws`, `azure`.
public struct CloudID: Hashable, Sendable, Comparable, CustomStringConvertible {
  public let rawValue: String

  public init(_ rawValue: String) { self.rawValue = rawValue }

  public var description: String { rawValue }

  public static func < (left: CloudID, right: CloudID) -> Bool { left.rawValue < right.rawValue }
}

/// A place from which a cloud is probed: `direct`, or the name of a proxy on another network.
public struct VantageID: Hashable, Sendable, Comparable, CustomStringConvertible {
  public let rawValue: String

  public init(_ rawValue: String) { self.rawValue = rawValue }

  public var description: String { rawValue }

  public static func < (left: VantageID, right: VantageID) -> Bool { left.rawValue < right.rawValue }
}

/// A replication link, by the clouds it joins when the configuration is read: `aws-azure`.
public struct LinkID: Hashable, Sendable, Comparable, CustomStringConvertible {
  public let rawValue: String

  public init(_ rawValue: String) { self.rawValue = rawValue }

  public var description: String { rawValue }

  public static func < (left: LinkID, right: LinkID) -> Bool { left.rawValue < right.rawValue }
}

/// One execution of a plan, unique within a journal.
public struct OperationID: Hashable, Sendable, CustomStringConvertible {
  public let rawValue: String

  public init(_ rawValue: String) { self.rawValue = rawValue }

  public var description: String { rawValue }
}

/// A plan as it was made; a plan that is executed lends its identifier to the operation.
public struct PlanID: Hashable, Sendable, CustomStringConvertible {
  public let rawValue: String

  public init(_ rawValue: String) { self.rawValue = rawValue }

  public var description: String { rawValue }
}

/// The name by which an operator knows, and may override, an interlock: `sum-of-zero`.
public struct InterlockName: Hashable, Sendable, Comparable, CustomStringConvertible {
  public let rawValue: String

  public init(_ rawValue: String) { self.rawValue = rawValue }

  public var description: String { rawValue }

  public static func < (left: InterlockName, right: InterlockName) -> Bool { left.rawValue < right.rawValue }
}

/// A number that only grows. Whoever acts on an older generation is refused by the thing acted on.
public struct Generation: Hashable, Sendable, Comparable, CustomStringConvertible {
  public let rawValue: UInt64

  public init(_ rawValue: UInt64) { self.rawValue = rawValue }

  public var next: Generation { Generation(rawValue + 1) }

  public var description: String { String(rawValue) }

  public static func < (left: Generation, right: Generation) -> Bool { left.rawValue < right.rawValue }
}
