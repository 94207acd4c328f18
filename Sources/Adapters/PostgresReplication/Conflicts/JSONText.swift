import FoundationEssentials

/// Reads what the database has put into JSON.
enum JSONText {
  /// An array of arrays of strings and nulls; nil when it is none.
  static func arrays(_ text: String) -> [[String?]]? {
    try? JSONDecoder().decode([[String?]].self, from: Data(text.utf8))
  }

  /// The names of an object's members; empty when it is no object.
  static func keys(_ text: String) -> [String] {
    let object = try? JSONDecoder().decode([String: Anything].self, from: Data(text.utf8))
    return object?.keys.sorted() ?? []
  }

  /// A value that nobody looks at.
  private struct Anything: Decodable {
    init(from decoder: any Decoder) throws {}
  }
}
