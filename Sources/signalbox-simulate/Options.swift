import FailoverSimulation

/// What the command line asks for.
struct Options {
  enum Mode {
    case many
    /// One seed, with its story.
    case one(UInt64)
    /// Each planted mistake, until it is caught.
    case mutations
    /// Each operation, with its host killed at every entry of its journal.
    case crashes
  }

  static let usage = """
    usage: signalbox-simulate [--seeds N] [--first N] [--threads N] [--twice]   many runs; each again, to be the same
           signalbox-simulate --seed N [--mutation NAME]   one run, told line by line
           signalbox-simulate --mutations [--seeds N]      each planted mistake, until it is caught
           signalbox-simulate --crashes                    each operation, killed at every entry of its journal
    """

  var mode = Mode.many
  var count: UInt64 = 100
  var first: UInt64 = 1
  var threads = 2
  var mutation: Mutation?
  /// Whether each seed is run once more, which must give the same.
  var isTwice = false

  init?(_ arguments: ArraySlice<String>) {
    var rest = arguments
    func number() -> UInt64? { rest.popFirst().flatMap { UInt64($0) } }
    while let word = rest.popFirst() {
      switch word {
      case "--mutations": mode = .mutations
      case "--crashes": mode = .crashes
      case "--twice": isTwice = true
      case "--mutation":
        guard let found = rest.popFirst().flatMap({ Mutation(rawValue: $0) }) else { return nil }
        mutation = found
      case "--seeds", "--first", "--threads", "--seed":
        guard let number = number() else { return nil }
        switch word {
        case "--seeds": count = number
        case "--first": first = number
        case "--threads": threads = max(1, Int(number))
        default: mode = .one(number)
        }
      default: return nil
      }
    }
  }
}
