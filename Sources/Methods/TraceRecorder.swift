import Tensors

/// One recorded quantity: its name in the file, its unit and what it is.
public struct TraceDeclaration: Hashable, Sendable {
  /// How often a value comes.
  public enum Group: Hashable, Sendable {
    /// One value an iteration, in `/traces`; not-a-number where a method recorded none.
    case iteration
    /// One value a rate window, in `/sampling`.
    case window
  }

  /// The name in the file.
  public let name: String
  /// "1" for plain numbers.
  public let unit: String
  /// What it is, for readers of the file.
  public let longName: String
  /// How often a value comes.
  public let group: Group

  /// A quantity to be recorded.
  public init(_ name: String, unit: String, _ longName: String, per group: Group = .iteration) {
    self.name = name
    self.unit = unit
    self.longName = longName
    self.group = group
  }
}

/// Collects the traces of one run. Memory for all iterations is taken at the start: recording allocates nothing.
public final class TraceRecorder {
  /// What can be recorded.
  public let declarations: [TraceDeclaration]
  private var columns: [String: [Float]] = [:]
  private let iterations: Int
  /// The iteration being recorded, 1-based; 0 before the first.
  public private(set) var iteration = 0
  /// What the method decided; nil unless the run is audited.
  public internal(set) var decisions: DecisionLog?

  /// - Parameter iterations: T; a longer run is a precondition failure.
  public init(_ declarations: [TraceDeclaration], iterations: Int, isAudited: Bool = false) {
    self.declarations = declarations
    decisions = isAudited ? DecisionLog() : nil
    self.iterations = iterations
    for declaration in declarations {
      precondition(columns[declaration.name] == nil, "TraceRecorder: \(declaration.name) is declared twice")
      switch declaration.group {
      case .iteration: columns[declaration.name] = Array(repeating: .nan, count: iterations)
      case .window: columns[declaration.name] = []
      }
    }
  }

  /// Begins iteration i, 1-based.
  public func begin(iteration i: Int) {
    precondition(i >= 1 && i <= iterations, "TraceRecorder: iteration \(i) of \(iterations)")
    iteration = i
  }

  /// Sets this iteration's value of a per-iteration trace.
  public func record(_ name: String, _ value: Double) {
    precondition(columns[name]?.count == iterations, "TraceRecorder: no per-iteration trace is named \(name)")
    columns[name]![iteration - 1] = Float(value)
  }

  /// Appends one value to a per-window trace.
  public func append(_ name: String, _ value: Double) {
    precondition(columns[name] != nil, "TraceRecorder: no trace is named \(name)")
    columns[name]!.append(Float(value))
  }

  /// The values of a trace: `[T]` up to the current iteration, or one a window.
  public func values(_ name: String) -> [Float] {
    guard let column = columns[name], let declaration = declarations.first(where: { $0.name == name }) else {
      preconditionFailure("TraceRecorder: no trace is named \(name)")
    }
    return declaration.group == .iteration ? Array(column.prefix(iteration)) : column
  }

  /// Shows everything recorded so far.
  public func visitState(_ visitor: inout some StateVisitor) throws {
    try visitor.value("traces.iteration", &iteration)
    for declaration in declarations { try visitor.value("traces." + declaration.name, &columns[declaration.name]!) }
    if decisions != nil { try visitor.value("traces.decisions", &decisions!) }
  }
}
