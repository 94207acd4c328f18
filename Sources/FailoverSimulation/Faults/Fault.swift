import Operations

/// Something that goes wrong for a while.
enum Fault: Sendable, Equatable {
  /// Front door and database.
  case cloudDown(Int)
  case frontDown(Int)
  case databaseDown(Int)
  /// It takes what is sent to it, and does nothing.
  case databaseFrozen(Int)
  /// Freezes as a renewal of its lease arrives, which it carries out when it thaws.
  case databaseFreezesInRenewal(Int)
  /// Accepts a fence and goes on taking writes.
  case databaseLeaks(Int)
  /// Fences and promotions come to a halt between their parts, or their answers get lost.
  case databaseHalts(Int)
  case clockSteps(Int, Duration)
  /// Both ways.
  case cut(Place, Place)
  /// Answers get lost.
  case oneWay(Place, Place)
  /// A controller sees nobody but the lease's site.
  case blind(Int)
  /// A cloud is cut off from every controller, and serves its users.
  case isolated(Int)
  /// All vantages of one network do not see a cloud.
  case networkCut(String, cloud: Int)
  case flapping(Int)
  /// Probes of a cloud come to no end, wherever they come from.
  case probesHang(Int)
  /// Whoever looks sees no front door at all; users do, and the databases answer.
  case dark
  case slow(Double, Duration)
  case lossy(Double)
  case duplicates(Double)
  case vantageDown(Int)
  case vantageLies(Int, cloud: Int, Health)
  case dns(NameService.Fault)
  case dnsSilent
  /// Somebody else writes weights, as a hand would.
  case rival(Int)
  case leaseSiteDown
  /// An administrator takes the lease away.
  case leaseTaken
  case diskFull(Int)
  case stopped(Int)
  /// Stopped right before the next thing that it sends.
  case stoppedBeforeSending(Int)
  case crash(Int)
  /// Told to end, as a service manager does it.
  case ends(Int)
  /// Killed as an entry is written: before it is durable, after, or with half a line on disk.
  case crashWriting(Int, Disk.Death, after: Int)
  /// Killed when a step has had its effect, and its outcome is not durable yet.
  case crashBeforeOutcome(Int, after: Int)
  case linkStalls
  case slotLost
}
