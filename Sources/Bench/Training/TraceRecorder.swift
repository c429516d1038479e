import Core
import Methods

/// Collects the traces of one run. Memory for all iterations is allocated at the start; recording allocates nothing.
public final class TraceRecorder: StepRecorder {
  /// The traces that can be recorded.
  public let declared: [Trace]
  private var columns: [String: [Float]] = [:]
  private let iterations: Int
  /// The iteration being recorded, 1-based; 0 before the first.
  public private(set) var iteration = 0
  /// The method's decisions; nil unless the run is audited.
  public private(set) var decisions: DecisionLog?

  /// - Parameter iterations: T; recording beyond it is a precondition failure.
  public init(_ declared: [Trace], iterations: Int, isAudited: Bool = false) {
    self.declared = declared
    decisions = isAudited ? DecisionLog() : nil
    self.iterations = iterations
    for trace in declared {
      precondition(columns[trace.name] == nil, "TraceRecorder: \(trace.name) is declared twice")
      columns[trace.name] = trace.group == .iteration ? Array(repeating: .nan, count: iterations) : []
    }
  }

  /// Begins iteration i, 1-based.
  public func begin(iteration i: Int) {
    precondition(i >= 1 && i <= iterations, "TraceRecorder: iteration \(i) of \(iterations)")
    iteration = i
  }

  public func isDeclared(_ trace: Trace) -> Bool { columns[trace.name] != nil }

  public func record(_ trace: Trace, _ value: Double, adding: Bool = false) {
    precondition(isDeclared(trace), "TraceRecorder: \(trace.name) was not declared")
    switch trace.group {
    case .iteration:
      let sum = adding ? Double(columns[trace.name]![iteration - 1]) + value : value
      columns[trace.name]![iteration - 1] = Float(sum)
    case .window: columns[trace.name]!.append(Float(value))
    }
  }

  /// The values of a trace: `[T]` up to the current iteration, or one per window.
  public func values(_ trace: Trace) -> [Float] {
    guard let column = columns[trace.name] else {
      preconditionFailure("TraceRecorder: \(trace.name) was not declared")
    }
    return trace.group == .iteration ? Array(column.prefix(iteration)) : column
  }

  public func keep(_ decision: Decision, _ bits: @autoclosure () -> [Bool], at offset: Int, of total: Int) {
    decisions?.set(decision.name, bits(), at: offset, of: total, in: iteration)
  }

  public func keep(_ decision: Decision, _ number: Double) { decisions?.set(decision.name, number, in: iteration) }

  /// Visits everything recorded so far.
  public func visitState(_ visitor: inout some StateVisitor) throws {
    try visitor.value("traces.iteration", &iteration)
    for trace in declared { try visitor.numbers("traces." + trace.name, &columns[trace.name]!) }
    if decisions != nil { try visitor.value("traces.decisions", &decisions!) }
  }
}
