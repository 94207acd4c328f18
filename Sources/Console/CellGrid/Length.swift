/// How much room a part of a layout wants along one axis, in cells.
public enum Length: Hashable, Sendable {
  case fixed(Int)
  /// Takes a share of what the fixed parts leave, in proportion to `weight`, within its bounds.
  case flexible(weight: Int = 1, minimum: Int = 0, maximum: Int? = nil)

  var minimum: Int {
    switch self {
    case .fixed(let length): max(0, length)
    case .flexible(_, let minimum, _): max(0, minimum)
    }
  }

  /// Divides `total` cells among `lengths` with `gap` cells between neighbours.
  ///
  /// Everyone first gets its minimum (a fixed part, its length); the rest goes to flexible parts by weight. Where even the
  /// minimums do not fit, parts are filled from the first on and the last ones get less, down to nothing: what matters
  /// most stands first. The result has one span for each length, within `0..<total`, in order.
  public static func allot(_ total: Int, to lengths: [Length], gap: Int = 0) -> [Range<Int>] {
    let gaps = max(0, gap) * max(0, lengths.count - 1)
    var room = max(0, total - gaps)
    var sizes = lengths.map { length in
      let size = min(length.minimum, room)
      room -= size
      return size
    }
    share(room, among: lengths, into: &sizes)
    var position = 0
    return sizes.map { size in
      let start = min(position, max(0, total))
      let end = min(start + size, max(0, total))
      position = end + max(0, gap)
      return start..<end
    }
  }

  /// Gives `room` to the flexible parts one weighted round after another until all is given or all are at their maximum.
  private static func share(_ room: Int, among lengths: [Length], into sizes: inout [Int]) {
    var room = room
    while room > 0 {
      let open = lengths.indices.compactMap { index -> (index: Int, weight: Int, headroom: Int)? in
        guard case .flexible(let weight, _, let maximum) = lengths[index], weight > 0 else { return nil }
        let headroom = maximum.map { $0 - sizes[index] } ?? room
        return headroom > 0 ? (index, weight, headroom) : nil
      }
      let weights = open.reduce(0) { $0 + $1.weight }
      guard weights > 0 else { return }
      var given = 0
      for part in open {
        let size = min(part.headroom, room * part.weight / weights)
        sizes[part.index] += size
        given += size
      }
      if given == 0 {
        // Fewer cells than parts: one each, from the first.
        for part in open.prefix(room) { sizes[part.index] += 1 }
        given = min(room, open.count)
      }
      room -= given
    }
  }
}
