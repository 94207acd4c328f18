internal import FoundationEssentials
internal import Hummingbird

/// `?limit=20&cursor=…`
struct PageQuery: Equatable {
  static let limits = 1...100
  var limit = 20
  var cursor: Cursor?

  /// - Throws: ``Problem`` of kind `invalid`.
  init(_ request: Request) throws {
    var validation = Validation()
    let query = request.uri.queryParameters
    if let text = query["limit"] {
      if let number = Int(text), Self.limits.contains(number) {
        limit = number
      } else {
        validation.note("limit", "is no number from \(Self.limits.lowerBound) to \(Self.limits.upperBound)")
      }
    }
    if let text = query["cursor"], !text.isEmpty {
      cursor = Cursor(String(text))
      if cursor == nil { validation.note("cursor", "is none that was handed out") }
    }
    try validation.finish()
  }
}
