/// Somewhere that messages come from or go to.
struct Place: Hashable, Sendable, CustomStringConvertible {
  let index: Int

  static let count = 16
  static let dns = Place(index: 2)
  static let leaseSite = Place(index: 3)

  static func controller(_ index: Int) -> Place { Place(index: index) }
  static func database(_ cloud: Int) -> Place { Place(index: 4 + cloud) }
  /// A cloud's front door, with its application behind it.
  static func front(_ cloud: Int) -> Place { Place(index: 6 + cloud) }
  /// A proxy on another network.
  static func vantage(_ index: Int) -> Place { Place(index: 8 + index) }

  var description: String {
    switch index {
    case 0, 1: "ops\(index + 1)"
    case 2: "dns"
    case 3: "lease site"
    case 4, 5: index == 4 ? "aws database" : "azure database"
    case 6, 7: index == 6 ? "aws front" : "azure front"
    default: "vantage \(index - 8)"
    }
  }
}
