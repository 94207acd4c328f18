@testable import Console

/// The themes of this checkout.
enum ThemeFixture {
  static let directory: String = {
    let root = "\(#filePath)".split(separator: "/").dropLast(3).joined(separator: "/")
    return "/\(root)/themes"
  }()

  static let library = ThemeLibrary.load(from: [directory])
  static let shipped = library.themes

  static func theme(_ name: String) -> Theme { shipped.first { $0.name == name } ?? .builtin }
}
