import CellGrid
import Operations
import Testing

@testable import Console

/// What the last line offers where there is little room.
@Suite struct KeyBarTests {
  private func bar(_ snapshot: Snapshot, _ size: Size) -> String {
    String(ModelFixture.model(snapshot, size: size).view().plainText().split(separator: "\n").last ?? "")
  }

  /// Whoever has no mouse and no manual must find the pages, the palette and the help.
  @Test(arguments: ModelFixture.sizes) func theWaysToEverythingAreAlwaysThere(size: Size) {
    for snapshot in [FailoverFixture.watching, FailoverFixture.proposing, SnapshotFixture.allWell] {
      let bar = bar(snapshot, size)
      for key in ["s sync", ": c", "? help", "q quit", "⏎ plan"] { #expect(bar.contains(key), "\(key) in \(bar)") }
      if snapshot.failover != nil {
        for key in ["f ", "w why", "p pause"] { #expect(bar.contains(key), "\(key) in \(bar)") }
      }
    }
  }

  @Test func whatWaitsForAPersonComesFirst() {
    #expect(bar(FailoverFixture.acted, ModelFixture.sizes[0]).contains("a ack"))
    #expect(bar(FailoverFixture.countdown, ModelFixture.sizes[0]).contains("x stop it"))
    #expect(bar(DrillFixture.hurting, ModelFixture.sizes[1]).contains("D drill"))
  }

  @Test func whereThereIsRoomNothingIsShortened() {
    let bar = bar(FailoverFixture.watching, Size(width: 200, height: 50))
    for word in ["Tab pane", "weight", "switch over", "evacuate", ": command", "/ filter"] {
      #expect(bar.contains(word), "\(word) in \(bar)")
    }
  }
}
