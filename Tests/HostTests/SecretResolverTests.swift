import Foundation
import Host
import Operations
import Testing

@Suite struct SecretResolverTests {
  private func file(_ text: String, mode: Int) throws -> String {
    let path = FileManager.default.temporaryDirectory.appending(path: "secret-\(UUID().uuidString)").path
    try Data(text.utf8).write(to: URL(filePath: path))
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    return path
  }

  @Test func readsTheFirstLineOfAFile() async throws {
    let path = try file("hunter2\nrest", mode: 0o600)
    defer { try? FileManager.default.removeItem(atPath: path) }
    #expect(try await SecretResolver.resolve(.file(path)).reveal() == "hunter2")
  }

  @Test func aFileThatOthersMayReadIsRefusedWithoutItsContent() async throws {
    let path = try file("hunter2", mode: 0o644)
    defer { try? FileManager.default.removeItem(atPath: path) }
    await #expect { try await SecretResolver.resolve(.file(path)) } throws: {
      "\($0)".contains("chmod 600") && !"\($0)".contains("hunter2")
    }
  }

  @Test func runsACommandWithoutAShell() async throws {
    let secret = try await SecretResolver.resolve(.command(["/bin/echo", "$HOME; hunter2"]))
    #expect(secret.reveal() == "$HOME; hunter2")
  }

  @Test func aCommandThatFailsIsNamed() async throws {
    await #expect { try await SecretResolver.resolve(.command(["false"])) } throws: {
      "\($0)".contains("command false")
    }
    await #expect { try await SecretResolver.resolve(.command(["/nowhere/x"])) } throws: {
      "\($0)".contains("command /nowhere/x")
    }
  }

  @Test func aVariableThatIsNotSetIsNamed() async throws {
    await #expect { try await SecretResolver.resolve(.environment("SIGNALBOX_NO_SUCH")) } throws: {
      "\($0)".contains("SIGNALBOX_NO_SUCH")
    }
  }
}
