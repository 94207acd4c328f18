extension Rect {
  /// Parts side by side, from the left; each as high as the whole. See ``Length/allot(_:to:gap:)``.
  public func columns(_ lengths: [Length], gap: Int = 0) -> [Rect] {
    Length.allot(width, to: lengths, gap: gap).map { span in
      Rect(x: x + span.lowerBound, y: y, width: span.count, height: height)
    }
  }

  /// Parts one below the other, from the top; each as wide as the whole. See ``Length/allot(_:to:gap:)``.
  public func rows(_ lengths: [Length], gap: Int = 0) -> [Rect] {
    Length.allot(height, to: lengths, gap: gap).map { span in
      Rect(x: x, y: y + span.lowerBound, width: width, height: span.count)
    }
  }
}
