import EtcdAdapter
import Operations

extension Doctor {
  /// What keeps the lease, each of its parts on its own, and who holds it.
  func lease() async -> [Finding] {
    let members: [Finding]
    do {
      members = try await builder.leaseStore()?.members().map(Self.finding) ?? []
    } catch {
      let remedy = "check user and password under lease.etcd"
      return [Finding(subject: "lease", state: .fault, detail: "\(error)", remedy: remedy)]
    }
    let holder = await check("lease", remedy: "check endpoints, certificate-authority, user and key under lease.etcd") {
      guard let store = try await builder.leaseStore() else {
        let lock = LeaseLock(beside: configuration.journal)
        return Self.sentence(await lock.holder(), lock.name)
      }
      return Self.sentence(try await store.holder(), store.name)
    }
    return members + [holder]
  }

  private static func finding(_ member: EtcdLeaseStore.Member) -> Finding {
    let subject = "etcd \(member.endpoint)"
    guard let fault = member.fault else {
      return Finding(subject: subject, state: .fine, detail: member.version ?? "answers")
    }
    return Finding(
      subject: subject, state: .fault, detail: fault,
      remedy:
        "check endpoints, certificate-authority and client-certificate under lease.etcd, and that this member runs")
  }

  private static func sentence(_ holder: String?, _ name: String) -> String {
    "\(name): \(holder.map { "held by \($0)" } ?? "free")"
  }
}
