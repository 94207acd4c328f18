/// Whether a host of the lab moves levers by itself.
public enum LabAutomation: String, Sendable, Codable, CaseIterable {
  case manual, advise, automatic
}
