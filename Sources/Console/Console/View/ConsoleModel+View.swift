public import CellGrid

extension ConsoleModel {
  /// The screen. Pure: equal models give equal grids; any size gives one.
  public func view() -> CellGrid {
    var canvas = Canvas(size: size, theme: theme, glyphs: glyphs)
    guard !isTooSmall else {
      TooSmallPane.draw(self, on: &canvas)
      return canvas.grid
    }
    let layout = ScreenLayout(self)
    HeaderPane.draw(self, layout, on: &canvas)
    HeaderPane.drawSituation(self, layout, on: &canvas)
    if snapshot != nil {
      CloudCard.draw(self, layout, on: &canvas)
      if failoverView != nil {
        FailoverPane.draw(self, layout, on: &canvas)
      } else if isDrillOpen {
        DrillPane.draw(self, layout, on: &canvas)
      } else if replicationView != nil {
        ReplicationPane.draw(self, layout, on: &canvas)
      } else {
        WeightsPane.draw(self, layout, on: &canvas)
        ReplicationSummary.draw(self, layout, on: &canvas)
        LeversPane.draw(self, layout, on: &canvas)
        EventsPane.draw(self, layout, on: &canvas)
      }
    }
    DialogView.draw(self, layout, on: &canvas)
    CountdownBanner.draw(self, layout, on: &canvas)
    KeyBar.draw(self, layout, on: &canvas)
    return canvas.grid
  }
}
