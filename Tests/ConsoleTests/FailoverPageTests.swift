import CellGrid
import Operations
import Testing

@testable import Console

/// What the page and the header say, whatever the state.
@Suite struct FailoverPageTests {
  private func page(_ snapshot: Snapshot, _ size: Size = ModelFixture.sizes[1]) -> String {
    var model = ModelFixture.model(snapshot, size: size)
    model.type("w")
    return model.view().plainText()
  }

  @Test func everythingThatIsNotSoIsSaidInFull() {
    for size in ModelFixture.sizes {
      let text = page(FailoverFixture.held, size)
      #expect(text.contains("2 of 19 not met"))
      #expect(text.contains("✗ loss-within-rpo") && text.contains("at most 38 s of writes, 5 s allowed"))
    }
  }

  @Test func vantagesThatDisagreeAreNamedWithTheirAge() {
    let text = page(FailoverFixture.suspecting)
    #expect(text.contains("✖ mobile (isp-2) no answer in 0.6 s 0.5 s"))
    #expect(text.contains("● direct (lab) 0.4 s"))
  }

  @Test func whatTheDatabasesSayOfThemselves() {
    let text = page(FailoverFixture.twoPrimaries)
    #expect(text.contains("✖ 2 TAKE WRITES"))
    #expect(text.contains("fenced     TAKES WRITES"))
    #expect(page(FailoverFixture.watching).contains("lease ends in 5.6 s"))
    let old = page(FailoverFixture.acted)
    #expect(old.contains("took writes") && old.contains("lease ended 3 min ago"))
  }

  @Test(arguments: ModelFixture.sizes) func theHeaderSaysWhatTheAutomationDoes(_ size: Size) {
    let words: [(Snapshot, String)] = [
      (FailoverFixture.watching, "automatic"), (FailoverFixture.suspecting, "▲ suspecting"),
      (FailoverFixture.held, "✖ not acting"), (FailoverFixture.countdown, "✖ acts in 12 s"),
      (FailoverFixture.proposing, "▲ proposing"), (FailoverFixture.begun, "▸ acting"),
      (FailoverFixture.acted, "▲ has acted"), (FailoverFixture.cutOff, "? cut off"),
      (FailoverFixture.paused, "▲ paused"),
    ]
    for (snapshot, word) in words {
      for keys in ["", "w", "s", "?"] {
        var model = ModelFixture.model(snapshot, size: size)
        model.type(keys)
        let header = model.view().plainText().split(separator: "\n").first ?? ""
        #expect(header.contains(word), "\(word) after '\(keys)'")
      }
    }
  }

  @Test(arguments: ModelFixture.sizes) func troubleSaysWhatToDo(_ size: Size) {
    let words: [(Snapshot, String)] = [
      (FailoverFixture.held, "f fails over to azure · not by itself: loss-within-rpo"),
      (FailoverFixture.confirmedManual, "f fails over to azure"), (FailoverFixture.proposing, "as proposed"),
      (FailoverFixture.paused, "not by itself: paused"), (FailoverFixture.countdown, "x stops it"),
      (FailoverFixture.pausedAndWell, "p resumes it"),
    ]
    for (snapshot, word) in words {
      let lines = ModelFixture.model(snapshot, size: size).view().plainText().split(separator: "\n")
      #expect(lines[1].contains(word), "\(lines[1])")
    }
  }

  @Test func theTimelineTellsWhenByWhomAndHowLong() {
    let model = ModelFixture.model(FailoverFixture.acted)
    let entries = Timeline(model).entries
    #expect(entries == entries.sorted { $0.at > $1.at } || entries.map(\.at) == entries.map(\.at).sorted(by: >))
    let failover = entries.first { $0.text == "Fail over: aws → azure" }
    #expect(failover?.actor == "automatic" && failover?.lasted == .seconds(9))
    let down = entries.first { $0.text.hasPrefix("aws: down") }
    #expect(down?.isOpen == true && down?.lasted == .seconds(209))
    let degraded = entries.first { $0.text.contains("degraded: p99") }
    #expect(degraded?.isOpen == false && degraded?.lasted == .seconds(100))
    #expect(entries.count { $0.text == "Weights: aws 60 → 50, azure 40 → 50" } == 1, "told once")
  }

  @Test func textFromOutsideIsDrawnAndNeverObeyed() {
    for size in ModelFixture.sizes {
      for keys in ["", "w", "?", "f", "e", "r", "a", "P", "A", "p"] {
        var model = ModelFixture.model(FailoverFixture.hostile, size: size)
        model.type(keys)
        let text = model.view().plainText()
        #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || $0 == "\u{9B}" || $0 == "\u{202E}" })
      }
    }
  }

  @Test func whatIsOldIsNotTakenForTrue() {
    var snapshot = FailoverFixture.twoPrimaries
    for index in snapshot.failover?.roles.indices ?? 0..<0 {
      snapshot.failover?.roles[index].role.observedAt = SnapshotFixture.ago(60)
    }
    #expect(!page(snapshot).contains("TAKE WRITES"))
    #expect(page(snapshot).contains("? not all of them answer"))
  }
}
