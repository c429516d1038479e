import Configuration
import Datasets

extension RunPlan {
  /// Profile and data in one line: "smoke profile on CIFAR-10, generated (128 training and 64 test images)".
  package var heading: String {
    let words = items.map(\.dataset).uniqued(by: \.fingerprint).map { dataset in
      "\(dataset.title), \(dataset.provenance.rawValue) (\(dataset.training.count) training and \(dataset.test.count) "
        + "\(dataset.accuracyWord) images)"
    }
    guard !words.isEmpty else { return "\(profile.name) profile, no cells" }
    let shown = words.count > 4 ? words.prefix(3) + ["and \(words.count - 3) more"] : words[...]
    return "\(profile.name) profile on " + shown.joined(separator: "; ")
  }
}

extension Dataset {
  /// What accuracies are measured on: "test" or "validation".
  var accuracyWord: String { validationCount == 0 ? "test" : "validation" }
}
