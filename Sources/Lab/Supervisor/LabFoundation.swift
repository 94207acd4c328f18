import FoundationEssentials
import Glibc

/// What a supervisor has before it starts anything: the directory, its lock, an octet, programs and secrets.
struct LabFoundation: Sendable {
  let plan: LabPlan
  let lock: LabLock
  let reservation: NetworkReservation
  let lifeline: Lifeline

  var remains: LabRemains { LabRemains(directory: plan.directory) }

  /// Cleans up after a lab that crashed, and prepares the directory for a new one.
  static func lay(_ settings: LabSettings) throws -> LabFoundation {
    try settings.validate()
    let executables = try Executables.find()
    let account = try Account.forDatabase()
    let directory = LabDirectory(settings.directory)
    let lock = try LabLock.take(directory)
    let remains = LabRemains(directory: directory)
    // The supervisor's own working directory is inside as well, but it is not in the table it reads.
    remains.kill()
    for path in directory.perishable { Files.remove(path) }
    directory.setJournalAside()
    let reservation = try NetworkReservation.take(settings.network)
    try Files.makeFolder(directory.work, mode: 0o711)
    try makeSocketFolder(directory)
    let plan = LabPlan(
      settings: settings, directory: directory, network: reservation.network, executables: executables,
      secrets: try LabSecrets.make(in: directory), databaseAccount: account,
      isClosedToDatabase: account?.isShutOut(of: directory.path) ?? false)
    return LabFoundation(plan: plan, lock: lock, reservation: reservation, lifeline: try Lifeline())
  }

  /// In /tmp the folder above could have been made by somebody else.
  private static func makeSocketFolder(_ directory: LabDirectory) throws {
    if !directory.sockets.hasPrefix(directory.path + "/"), let parent = Files.parent(of: directory.sockets) {
      try Files.makeFolder(parent, mode: geteuid() == 0 ? 0o711 : 0o700)
      var information = stat()
      guard lstat(parent, &information) == 0, information.st_uid == geteuid(), information.st_mode & S_IFMT == S_IFDIR
      else { throw LabError(parent, "belongs to somebody else", remedy: "choose a shorter --directory") }
    }
    try Files.makeFolder(directory.sockets, mode: 0o700)
  }

  func startGuard() async throws -> ChildProcess {
    var launch = plan.launch(
      plan.executables.signalbox, ["lab", "guard", "--directory", plan.directory.path], part: "guard")
    launch.workingDirectory = "/"
    launch.input = lifeline.readEnd
    launch.diesWithParent = false
    return try await Spawner.shared.spawn(launch, setpriv: plan.executables.setpriv)
  }
}
