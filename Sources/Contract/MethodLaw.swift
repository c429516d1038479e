import Methods

/// One law that every method must hold: a sentence, and how to find out. Tests hold the catalogue to it, `check method`
/// anyone's own method.
package struct MethodLaw: Sendable {
  package enum Scope: Sendable {
    case defaults
    /// Also under every setting that its declarations suggest.
    case allVariants
  }

  /// Fits behind "the method": "leaves w untouched, bit for bit".
  package let title: String
  package let scope: Scope
  private let breach: @Sendable (MethodVariant) throws -> String?

  package init(_ title: String, _ scope: Scope, breach: @escaping @Sendable (MethodVariant) throws -> String?) {
    (self.title, self.scope, self.breach) = (title, scope, breach)
  }

  /// How the method breaks the law under these settings, or nil where it holds it.
  package func breach(by variant: MethodVariant) -> String? {
    do { return try breach(variant) } catch { return "\(error)" }
  }

  /// The variants of a method that the law is about.
  package func variants(of type: any TrainingMethod.Type) -> [MethodVariant] {
    scope == .defaults ? [MethodVariant(type)] : MethodVariant.all(of: type)
  }

  /// All of them, the simplest to understand first.
  package static let all: [MethodLaw] = [
    originsAreTold, absurdSettingsAreRejected, weightsStay, laterPassesFreeze, costIsAsPlanned, tracesAreRecorded,
    zeroGradientIsFinite, infiniteGradientShows, lookingChangesNothing, restoredRunContinues, workersDoNotMatter,
    quadraticDescends, regressionIsLearned,
  ]
}
