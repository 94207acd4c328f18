import Operations
import PostgresAdapter
import Simulation
import TestSupport
import Testing

/// Writes random transactions to one side until it is told to stop, whatever happens to the server.
struct Writer {
  let number: Int
  let settings: PostgresSettings
  let schema: RandomSchema
  let timeline: Timeline
  let stop: Flag
  var chance: SeededGenerator

  mutating func run() async {
    var connection: PostgresConnection?
    while !stop.isRaised, !Task.isCancelled {
      do {
        if connection == nil { connection = try await PostgresConnection.connect(settings, timeout: .seconds(5)) }
        guard let connection else { continue }
        try await transaction(on: connection)
      } catch let error as PostgresError where Self.isExpected(error) {
        if error.sqlState != nil, let open = connection, await !open.isBroken {
          if (try? await open.execute("ROLLBACK", timeout: .seconds(5))) != nil { continue }
        }
        await connection?.close()
        connection = nil
        try? await Task.sleep(for: .milliseconds(20))
      } catch {
        Issue.record("seed's statements are wrong: \(error)\n\(timeline.text)")
        stop.raise()
      }
    }
    await connection?.close()
  }

  private mutating func transaction(on connection: PostgresConnection) async throws {
    var statements: [String] = []
    for _ in 0..<Int.random(in: 1...6, using: &chance) { statements += step() }
    // As often as not each statement waits for an answer, so that transactions of the writers interleave.
    let isOneScript = Int.random(in: 0..<3, using: &chance) == 0
    let ending = Int.random(in: 0..<10, using: &chance) == 0 ? "ROLLBACK" : "COMMIT"
    let script = ["BEGIN"] + statements + [ending]
    if isOneScript {
      try await connection.execute(script.joined(separator: ";\n"), timeout: .seconds(20))
    } else {
      for statement in script { try await connection.execute(statement, timeout: .seconds(20)) }
    }
    timeline.count(ending == "COMMIT" ? "committed" : "rolled back")
  }

  private mutating func step() -> [String] {
    switch Int.random(in: 0..<12, using: &chance) {
    case 0: return ["UPDATE counter SET n = n + 1 WHERE id = \(Int.random(in: 0...4, using: &chance))"]
    case 1, 2:
      let (id, value) = (Int.random(in: 0...9, using: &chance), Int64(bitPattern: chance.next()))
      return ["left", "right"].map { "UPDATE \($0)_half SET v = \(value) WHERE id = \(id)" }
    case 3:
      let name = "s\(Int.random(in: 0..<1000, using: &chance))"
      let keeps = Bool.random(using: &chance)
      return ["SAVEPOINT \(name)"] + random() + ["\(keeps ? "RELEASE" : "ROLLBACK TO") \(name)"]
    case 4: return ["UPDATE heavy SET n = n + 1 WHERE id = \(Int.random(in: 0...4, using: &chance))"]
    default: return random()
    }
  }

  private mutating func random() -> [String] {
    guard let table = schema.tables.randomElement(using: &chance) else { return [] }
    var statements = RandomStatements(table: table, chance: chance)
    defer { chance = statements.chance }
    return statements.step()
  }

  /// What meetings of writers and the death of servers lead to.
  static func isExpected(_ error: PostgresError) -> Bool {
    guard let state = error.sqlState else { return true }
    // Constraints; deadlocks; limits; an operator's intervention; connections.
    return ["23", "40", "53", "55", "57", "08"].contains { state.hasPrefix($0) }
  }
}
