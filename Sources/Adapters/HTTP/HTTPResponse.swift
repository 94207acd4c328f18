public import Operations

/// An answer, whatever its status.
public struct HTTPResponse: Sendable {
  public var status: Int
  /// In the order of arrival.
  public var headers: [HTTPField]
  public var body: [UInt8]
  public var timing: ProbeTiming

  /// The body as UTF-8, with what is not UTF-8 replaced.
  public var text: String { String(decoding: body, as: UTF8.self) }

  public var isSuccess: Bool { (200...299).contains(status) }

  /// The first field called `name`, in any case.
  public func header(_ name: String) -> String? {
    let wanted = name.lowercased()
    return headers.first { $0.name.lowercased() == wanted }?.value
  }
}
