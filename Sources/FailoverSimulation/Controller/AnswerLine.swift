import Operations

/// Asks the DNS servers; they answer in the proportion of what they have.
struct AnswerLine: AnswerSampler {
  let life: Life

  func sample(_ count: Int) async -> AnswerSample {
    let names = life.world.names
    let isSilent = names.isSilent > 0
    let server = AuthoritativeAnswers.Server(
      address: "dns", answering: !isSilent, reason: isSilent ? "no answer" : "")
    try? await life.process.gate()
    guard !isSilent, !life.process.isDead else {
      return AnswerSample(countByCloud: [:], foreignCount: 0, servers: [server])
    }
    var counts: [CloudID: Int] = [:]
    for cloud in names.answered.clouds {
      counts[cloud] = Int((names.answered.share(of: cloud) * Double(count)).rounded())
    }
    return AnswerSample(countByCloud: counts, foreignCount: 0, servers: [server])
  }
}
