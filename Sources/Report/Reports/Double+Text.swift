import Foundation

extension Double {
  /// With a fixed number of decimals, independent of the locale.
  package func text(decimals: Int) -> String { String(format: "%.\(decimals)f", self) }

  var short: String { String(format: "%.4g", self) }

  /// Seconds as a readable duration: "47 s", "12 min", "3.4 h", "2.1 days".
  var duration: String {
    switch self {
    case ..<99.5: return "\(text(decimals: 0)) s"
    case ..<5970: return "\((self / 60).text(decimals: 0)) min"
    case ..<172_800: return "\((self / 3600).text(decimals: 1)) h"
    default: return "\((self / 86_400).text(decimals: 1)) days"
    }
  }
}
