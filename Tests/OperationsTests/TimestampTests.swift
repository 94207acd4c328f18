import Operations
import Testing

@Suite struct TimestampTests {
  @Test(arguments: [
    (0, "1970-01-01T00:00:00.000Z"), (951_782_400_000_000, "2000-02-29T00:00:00.000Z"),
    (1_795_442_527_123_000, "2026-11-23T14:02:07.123Z"), (4_107_542_399_999_000, "2100-02-28T23:59:59.999Z"),
  ])
  func writesAndReadsISO8601(microseconds: Int64, text: String) {
    let timestamp = Timestamp(microsecondsSinceEpoch: microseconds)
    #expect(timestamp.description == text)
    #expect(Timestamp(text) == timestamp)
  }

  @Test(arguments: [
    "", "Z", "2026-11-23", "2026-13-01T00:00:00Z", "2026-11-23T25:00:00Z", "2026-11-23T14:02:07",
    "²026-11-23T14:02:07Z",
  ])
  func refusesOtherText(text: String) { #expect(Timestamp(text) == nil) }

  @Test func everyDayOfFourCenturiesRoundTrips() {
    for day in stride(from: Int64(0), to: 146_097, by: 1) {
      let timestamp = Timestamp(microsecondsSinceEpoch: day * 86_400_000_000)
      #expect(Timestamp(timestamp.description) == timestamp)
    }
  }
}
