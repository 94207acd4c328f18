import PgoutputTestSupport
import Testing

/// Streams of PostgreSQL 15 as they were recorded, beside text that a person has read.
@Suite struct RecordedMessagesTests {
  @Test(arguments: RecordedStream.names) func readAsTheyWereApproved(name: String) throws {
    #expect(try Transcript.of(.named(name)) == RecordedStream.approvedText(name))
  }

  @Test func nothingIsMissing() {
    #expect(
      RecordedStream.names == [
        "ddl", "empty", "identities", "partitioned", "rows", "toast", "truncates", "types", "wide",
      ])
  }
}
