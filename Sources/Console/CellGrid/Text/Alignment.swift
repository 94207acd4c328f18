/// Where text stands in a space wider than it.
public enum Alignment: Hashable, Sendable {
  case leading
  case centered
  case trailing
}
