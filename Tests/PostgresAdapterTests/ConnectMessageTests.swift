import Testing

@testable import PostgresAdapter

@Suite struct ConnectMessageTests {
  @Test func statesAndPlacesInCodeAreTakenOut() {
    let message = ConnectMessage(
      """
      connection to server at "10.0.0.1", port 5432 failed: FATAL:  42501: permission denied for database "app"
      DETAIL:  User does not have CONNECT privilege.
      LOCATION:  CheckMyDatabase, postinit.c:360
      connection to server at "10.0.0.2", port 5432 failed: VERHÄNGNISVOLL:  57P03: Datenbanksystem startet
      ORT:  ProcessStartupPacket, postmaster.c:2388

      """)
    #expect(message.states == ["42501", "57P03"])
    #expect(
      message.text == """
        connection to server at "10.0.0.1", port 5432 failed: FATAL:  permission denied for database "app"; \
        DETAIL:  User does not have CONNECT privilege.; \
        connection to server at "10.0.0.2", port 5432 failed: VERHÄNGNISVOLL:  Datenbanksystem startet
        """)
  }

  @Test func aConnectionThatNobodyTookHasNoState() {
    let text = #"connection to server at "10.0.0.1", port 5432 failed: Connection refused"#
    #expect(ConnectMessage(text).states.isEmpty)
    #expect(ConnectMessage(text).text == text)
  }
}
