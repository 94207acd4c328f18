import Operations
import Simulation

/// What carries messages, and what happens to them on the way.
struct Network {
  /// Cuts may lie over each other: a way is open when none is left.
  private var cuts = [Int](repeating: 0, count: Place.count * Place.count)
  private var down = [Int](repeating: 0, count: Place.count)
  private var frozen = [Int](repeating: 0, count: Place.count)
  /// What a frozen server finds when it thaws.
  var inbox: [[() -> Void]] = Array(repeating: [], count: Place.count)
  /// Of messages, 0 to 1.
  var loss = 0.0
  /// Of requests that come a second time.
  var duplicates = 0.0
  /// Of requests that are slow, and how slow at most.
  var slow = 0.0
  var slowness = Duration.zero

  func isOpen(_ from: Place, _ to: Place) -> Bool { cuts[from.index * Place.count + to.index] == 0 }

  func isUp(_ place: Place) -> Bool { down[place.index] == 0 }

  func isFrozen(_ place: Place) -> Bool { frozen[place.index] > 0 }

  /// Whether a request would be answered at all, now.
  func answers(_ place: Place, from: Place) -> Bool {
    isOpen(from, place) && isOpen(place, from) && isUp(place) && !isFrozen(place)
  }

  mutating func cut(_ from: Place, _ to: Place, by step: Int) { cuts[from.index * Place.count + to.index] += step }

  mutating func stop(_ place: Place, by step: Int) { down[place.index] += step }

  mutating func freeze(_ place: Place, by step: Int) { frozen[place.index] += step }
}
