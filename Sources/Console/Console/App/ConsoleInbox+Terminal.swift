import Operations
import Terminal

extension ConsoleInbox {
  /// Puts what the terminal says into the model's words.
  func receive(_ input: TerminalInput, at now: Timestamp) {
    switch input {
    case .key(let key):
      if let keystroke = Keystroke(terminal: key) { post(.key(keystroke, at: now)) }
    case .paste(let text): post(.paste(text))
    case .mouse(let mouse): receive(mouse, at: now)
    case .resize(let size), .resumed(let size): post(.resized(size))
    case .suspended: break
    case .hangup: post(exit: 129)
    case .terminated(let signal): post(exit: 128 + signal)
    }
  }

  private func receive(_ mouse: MouseEvent, at now: Timestamp) {
    switch mouse.action {
    case .press(.left): post(.click(mouse.position, at: now))
    case .wheelUp: post(.wheel(mouse.position, lines: -3))
    case .wheelDown: post(.wheel(mouse.position, lines: 3))
    case .press, .release, .drag: break
    }
  }
}

extension Keystroke {
  /// Nil for keys the console has no use for.
  init?(terminal key: Terminal.Key) {
    switch key {
    case .character(let character): self = .character(character)
    case .control(let character): self = .control(character)
    case .enter: self.init(.enter)
    case .escape: self.init(.escape)
    case .tab: self.init(.tab)
    case .backTab: self.init(.tab, shift: true)
    case .backspace: self.init(.backspace)
    case .delete: self.init(.delete)
    case .up, .shiftUp: self.init(.up)
    case .down, .shiftDown: self.init(.down)
    case .left: self.init(.left)
    case .right: self.init(.right)
    case .shiftLeft: self.init(.left, shift: true)
    case .shiftRight: self.init(.right, shift: true)
    case .home: self.init(.home)
    case .end: self.init(.end)
    case .pageUp: self.init(.pageUp)
    case .pageDown: self.init(.pageDown)
    case .alt, .insert, .function: return nil
    }
  }
}
