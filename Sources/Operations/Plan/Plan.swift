/// What is intended: ordered steps, each with its predicted effect. A dry run prints it; an execution runs it.
public struct Plan: Sendable, Equatable, Codable, Identifiable {
  public enum Kind: String, Sendable, Codable { case weights, replication, failover }

  /// Who asks for it. Some rules hold for the automation alone.
  public enum Origin: String, Sendable, Codable { case person, automation }

  public struct Step: Sendable, Equatable, Codable {
    public var title: String
    public var action: StepAction
    /// What will be seen once it is done, for a person.
    public var predictedEffect: String
    public var predictedSeconds: Double
    /// Past it, going back is a plan of its own.
    public var isPointOfNoReturn: Bool
    /// What takes it back, when a later step fails or the operation is aborted before the point of no return.
    public var compensation: StepAction?

    public init(
      title: String, action: StepAction, predictedEffect: String, predictedSeconds: Double,
      isPointOfNoReturn: Bool = false, compensation: StepAction? = nil
    ) {
      self.title = title
      self.action = action
      self.predictedEffect = predictedEffect
      self.predictedSeconds = predictedSeconds
      self.isPointOfNoReturn = isPointOfNoReturn
      self.compensation = compensation
    }
  }

  public var id: PlanID
  public var kind: Kind
  /// `Weights: aws 50 → 70, azure 50 → 30`.
  public var title: String
  public var madeAt: Timestamp
  public var request: LeverRequest
  /// The generation the plan stands on; it becomes `generation.next` when executed.
  public var generation: Generation
  public var steps: [Step]
  public var prediction: Prediction
  public var interlocks: [InterlockVerdict]
  /// Nil stands for a person.
  public var origin: Origin?

  public init(
    id: PlanID, kind: Kind, title: String, madeAt: Timestamp, request: LeverRequest, generation: Generation,
    steps: [Step], prediction: Prediction, interlocks: [InterlockVerdict]
  ) {
    self.id = id
    self.kind = kind
    self.title = title
    self.madeAt = madeAt
    self.request = request
    self.generation = generation
    self.steps = steps
    self.prediction = prediction
    self.interlocks = interlocks
  }

  /// The link that it is about, for one of replication.
  public var link: LinkID? {
    if case .sync(let request) = request { return request.link }
    return nil
  }

  /// The verdicts that forbid the plan unless overridden.
  public var blocking: [InterlockVerdict] { interlocks.filter(\.isBlocked) }
}
