import Methods

/// A law that every method must satisfy: a sentence and a check. Tests apply it to every method of the catalogue,
/// `check method` to your own.
package struct MethodLaw: Sendable {
  package enum Scope: Sendable {
    case defaults
    /// The defaults, and every alternative that the method's declarations suggest.
    case allVariants
  }

  /// Completes the sentence "The method ...": "leaves w untouched, bit for bit".
  package let title: String
  package let scope: Scope
  private let breach: @Sendable (MethodVariant) throws -> String?

  package init(_ title: String, _ scope: Scope, breach: @escaping @Sendable (MethodVariant) throws -> String?) {
    (self.title, self.scope, self.breach) = (title, scope, breach)
  }

  /// How the method breaks the law under these settings; nil if it satisfies the law.
  package func breach(by variant: MethodVariant) -> String? {
    do { return try breach(variant) } catch { return "\(error)" }
  }

  /// The variants of a method to which the law applies.
  package func variants(of type: any TrainingMethod.Type) -> [MethodVariant] {
    scope == .defaults ? [MethodVariant(type)] : MethodVariant.all(of: type)
  }

  /// All laws, the easiest to understand first.
  package static let all: [MethodLaw] = [
    originsAreTold, absurdSettingsAreRejected, weightsStay, laterPassesFreeze, costIsAsPlanned, tracesAreRecorded,
    zeroGradientIsFinite, infiniteGradientShows, lookingChangesNothing, restoredRunContinues, workersDoNotMatter,
    quadraticDescends, regressionIsLearned,
  ]
}
