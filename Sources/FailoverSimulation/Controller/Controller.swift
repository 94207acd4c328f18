import Operations

/// One machine that may move the levers: its disk stays, its process comes and goes.
///
/// Only the thread that runs the simulation touches it.
final class Controller: @unchecked Sendable {
  let index: Int
  unowned let world: World
  let disk = Disk()
  private(set) var life: Life?

  init(_ index: Int, world: World) {
    self.index = index
    self.world = world
  }

  var name: String { "ops\(index + 1)" }

  func start() {
    guard life == nil else { return }
    disk.mount()
    let life = Life(self)
    self.life = life
    world.tell("\(name) starts")
    life.start()
  }

  func endInGoodOrder() {
    guard let ending = life else { return }
    world.tell("\(name) is told to end")
    Task { [self] in
      await ending.finish()
      if life === ending { kill("has ended in good order") }
    }
  }

  /// Ends the process where it stands, as `kill -9` does.
  func kill(_ reason: String) {
    guard let ended = life else { return }
    world.tell("\(name): \(reason)")
    life = nil
    ended.end()
    world.note(.died(index))
  }
}
