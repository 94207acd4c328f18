/// A rectangle of cells. Its far edges (`right`, `bottom`) are the first column and row outside it.
public struct Rect: Hashable, Sendable {
  public var origin: Point
  public var size: Size

  public init(origin: Point, size: Size) {
    self.origin = origin
    self.size = size
  }

  public init(x: Int, y: Int, width: Int, height: Int) {
    self.init(origin: Point(x: x, y: y), size: Size(width: width, height: height))
  }

  public var x: Int { origin.x }
  public var y: Int { origin.y }
  public var width: Int { size.width }
  public var height: Int { size.height }
  /// First column right of the rectangle.
  public var right: Int { origin.x + size.width }
  /// First row below the rectangle.
  public var bottom: Int { origin.y + size.height }
  public var isEmpty: Bool { size.isEmpty }

  public func contains(_ point: Point) -> Bool {
    point.x >= x && point.x < right && point.y >= y && point.y < bottom
  }

  /// What both have in common; empty (of size zero) where they do not meet.
  public func intersection(_ other: Rect) -> Rect {
    let left = max(x, other.x)
    let top = max(y, other.y)
    return Rect(x: left, y: top, width: min(right, other.right) - left, height: min(bottom, other.bottom) - top)
  }

  /// The rectangle less a margin; empty where the margin leaves nothing.
  public func inset(left: Int = 0, top: Int = 0, right: Int = 0, bottom: Int = 0) -> Rect {
    Rect(x: x + left, y: y + top, width: width - left - right, height: height - top - bottom)
  }

  /// The rectangle less the same margin on every side: `inset(1)` is a box's inside.
  public func inset(_ margin: Int) -> Rect {
    inset(left: margin, top: margin, right: margin, bottom: margin)
  }

  /// The `index`-th row as a rectangle of height 1; empty where there is no such row.
  public func row(_ index: Int) -> Rect {
    Rect(x: x, y: y + index, width: width, height: index >= 0 && index < height ? 1 : 0)
  }

  /// Cuts off the top `height` rows (all where there are fewer) and returns both parts.
  public func splitTop(_ height: Int) -> (top: Rect, rest: Rect) {
    let cut = min(max(0, height), self.height)
    return (
      Rect(x: x, y: y, width: width, height: cut), Rect(x: x, y: y + cut, width: width, height: self.height - cut)
    )
  }

  /// Cuts off the bottom `height` rows (all where there are fewer) and returns both parts.
  public func splitBottom(_ height: Int) -> (rest: Rect, bottom: Rect) {
    let (rest, bottom) = splitTop(self.height - min(max(0, height), self.height))
    return (rest, bottom)
  }

  /// Cuts off the left `width` columns (all where there are fewer) and returns both parts.
  public func splitLeft(_ width: Int) -> (left: Rect, rest: Rect) {
    let cut = min(max(0, width), self.width)
    return (
      Rect(x: x, y: y, width: cut, height: height), Rect(x: x + cut, y: y, width: self.width - cut, height: height)
    )
  }

  /// Cuts off the right `width` columns (all where there are fewer) and returns both parts.
  public func splitRight(_ width: Int) -> (rest: Rect, right: Rect) {
    let (rest, right) = splitLeft(self.width - min(max(0, width), self.width))
    return (rest, right)
  }

  /// A rectangle of `size` in the middle of this one, cut to fit.
  public func centered(_ size: Size) -> Rect {
    let width = min(size.width, self.width)
    let height = min(size.height, self.height)
    return Rect(x: x + (self.width - width) / 2, y: y + (self.height - height) / 2, width: width, height: height)
  }
}
