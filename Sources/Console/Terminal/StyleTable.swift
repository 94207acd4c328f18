import CNcurses
import CellGrid

/// What ncurses calls a style: attributes and the number of a pair of colours, allotted as styles are met.
struct StyleTable {
  struct Rendition {
    var attributes: attr_t
    var pair: Int32
  }

  private var mapper: ColorMapper
  private let encoding: ColorEncoding
  private let pairLimit: Int32
  private var renditions: [UInt64: Rendition] = [:]
  private var pairs: [UInt64: Int32] = [:]
  /// More pairs were wanted than the terminal has: some cells have lost their colours until ``reset()``.
  private(set) var isExhausted = false

  /// - Parameter pairLimit: pairs that ncurses has, the default one counted.
  init(depth: ColorDepth, encoding: ColorEncoding, pairLimit: Int32) {
    mapper = ColorMapper(depth: depth)
    self.encoding = encoding
    self.pairLimit = pairLimit
  }

  mutating func rendition(of cell: Cell) -> Rendition {
    if let known = renditions[cell.styleKey] { return known }
    let style = mapper.map(cell.style)
    var attributes = Self.attributes(of: style.attributes)
    let foreground = encoding.number(of: style.foreground)
    let background = encoding.number(of: style.background)
    if foreground.isBright { attributes |= signalbox_attribute_bold() }
    let made = Rendition(attributes: attributes, pair: pair(foreground.number, background.number))
    renditions[cell.styleKey] = made
    return made
  }

  /// Forgets all pairs; what is on the screen has to be drawn anew.
  mutating func reset() {
    renditions = [:]
    pairs = [:]
    isExhausted = false
    reset_color_pairs()
  }

  private mutating func pair(_ foreground: Int32, _ background: Int32) -> Int32 {
    if foreground == -1, background == -1 { return 0 }
    let key = UInt64(UInt32(bitPattern: foreground)) << 32 | UInt64(UInt32(bitPattern: background))
    if let known = pairs[key] { return known }
    let number = Int32(pairs.count + 1)
    guard number < pairLimit, init_extended_pair(number, foreground, background) == OK else {
      isExhausted = true
      return 0
    }
    pairs[key] = number
    return number
  }

  private static func attributes(of attributes: Attributes) -> attr_t {
    var found: attr_t = 0
    if attributes.contains(.bold) { found |= signalbox_attribute_bold() }
    if attributes.contains(.dim) { found |= signalbox_attribute_dim() }
    if attributes.contains(.italic) { found |= signalbox_attribute_italic() }
    if attributes.contains(.underline) { found |= signalbox_attribute_underline() }
    if attributes.contains(.reverse) { found |= signalbox_attribute_reverse() }
    return found
  }
}
