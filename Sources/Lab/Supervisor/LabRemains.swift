import FoundationEssentials
import Glibc

/// What a lab has left behind.
struct LabRemains: Sendable {
  let directory: LabDirectory

  /// Kills every process of the lab and frees its shared memory.
  ///
  /// - Returns: how many processes there were.
  @discardableResult
  func kill() -> Int {
    let count = ProcessTable.killAll(
      inside: [directory.work] + LabCloud.allCases.map(directory.databaseHome))
    for cloud in LabCloud.allCases { freeSharedMemory(directory.databaseData(cloud)) }
    return count
  }

  /// Removes what the lab has written, except its logs, the journal and the marker.
  func remove() {
    for path in directory.perishable { Files.remove(path) }
  }

  /// PostgreSQL keeps one small System V segment, whose number is in the seventh line of its lock file; killed, it
  /// leaves it behind (`AddToDataDirLockFile` in its miscinit.c).
  private func freeSharedMemory(_ data: String) {
    guard let lock = try? Files.read(data + "/postmaster.pid") else { return }
    let lines = lock.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count >= 7, let last = lines[6].split(separator: " ").last, let id = Int32(last) else { return }
    var information = shmid_ds()
    guard shmctl(id, IPC_STAT, &information) == 0, information.shm_nattch == 0 else { return }
    shmctl(id, IPC_RMID, nil)
  }
}
