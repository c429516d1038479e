import Testing

@testable import Datasets

@Suite("Label noise")
struct LabelNoiseTests {
  private let truth = (0..<20_000).map { UInt8($0 * 7 % 10) }

  @Test("the share of wrong labels is as set, and all wrong classes are equally likely")
  func share() {
    let labels = LabelNoise(share: 0.4, classes: 10).labels(replacing: truth)
    let wrong = zip(labels, truth).filter { $0 != $1 }
    // Four standard deviations of a binomial count: 4 * sqrt(20,000 * 0.4 * 0.6) = 277.
    #expect(abs(wrong.count - 8000) < 277)
    var steps = [Int](repeating: 0, count: 10)
    for (label, old) in wrong { steps[(Int(label) + 10 - Int(old)) % 10] += 1 }
    #expect(steps[0] == 0)
    // Nine alternatives: 889 each, standard deviation sqrt(8000 * 1/9 * 8/9) = 28.
    #expect(steps[1...].allSatisfy { abs($0 - wrong.count / 9) < 112 })
  }

  @Test("a share of 0 changes nothing, of 1 every label")
  func limits() {
    #expect(LabelNoise(share: 0, classes: 10).labels(replacing: truth) == truth)
    #expect(zip(LabelNoise(share: 1, classes: 10).labels(replacing: truth), truth).allSatisfy { $0 != $1 })
    // With two classes there is one other.
    #expect(LabelNoise(share: 1, classes: 2).labels(replacing: [0, 1, 1]) == [1, 0, 0])
  }

  @Test("a leading part has the labels of the whole, and a larger share keeps the wrong labels of a smaller one")
  func nesting() {
    let labels = LabelNoise(share: 0.4, classes: 10).labels(replacing: truth)
    let part = LabelNoise(share: 0.4, classes: 10).labels(replacing: Array(truth.prefix(500)))
    #expect(part == Array(labels.prefix(500)))
    let less = LabelNoise(share: 0.2, classes: 10).labels(replacing: truth)
    #expect(truth.indices.allSatisfy { less[$0] == truth[$0] || less[$0] == labels[$0] })
  }

  @Test("the first labels of 40 percent noise, on which the identity of cells depends", .tags(.golden))
  func golden() {
    // Computed with Philox 4x32-10 in Python, from its definition.
    let labels = LabelNoise(share: 0.4, classes: 10).labels(replacing: [UInt8](repeating: 0, count: 6000))
    #expect(labels.prefix(24) == [0, 0, 0, 1, 6, 4, 0, 2, 1, 5, 5, 9, 0, 0, 0, 0, 0, 0, 0, 5, 7, 0, 0, 0])
    #expect(labels.count { $0 != 0 } == 2391)
  }

  @Test("a data set keeps its true labels in addition to the noisy ones, and its test labels are clean")
  func dataset() {
    let training = makeImages(200)
    let test = makeImages(20)
    func make(_ noise: Double) -> Dataset {
      Dataset(
        name: "cifar10", title: "CIFAR-10", classes: 10, training: training, test: test, provenance: .subset,
        labelNoise: noise)
    }
    let clean = make(0)
    let noisy = make(0.4)
    #expect(clean.trueLabels == nil && clean.noisyCount == 0 && clean.training.labels == training.labels)
    #expect(noisy.trueLabels == training.labels && noisy.test.labels == test.labels)
    #expect(noisy.training.labels == LabelNoise(share: 0.4, classes: 10).labels(replacing: training.labels))
    #expect(noisy.noisyCount == zip(noisy.training.labels, training.labels).count { $0 != $1 })
    #expect((50...110).contains(noisy.noisyCount))
    #expect(
      clean.fingerprint == Dataset.fingerprint(name: "cifar10", classes: 10, training: training, test: test),
      "data without noise keep their fingerprints")
    #expect(Set([clean, noisy, make(0.2)].map(\.fingerprint)).count == 3)
    // The same training labels with other true labels: the stored accuracies differ, and so does the fingerprint.
    #expect(
      noisy.fingerprint
        != Dataset.fingerprint(name: "cifar10", classes: 10, training: noisy.training, test: test))
  }

  @Test("the setting applies to files and generated images, and makes official files a subset")
  func setting() throws {
    let generated = try CIFAR10.load(
      datasetSettings(["training": 100, "test": 10, "source": "generated", "label_noise": 0.5]), folder: nil,
      policy: .standInAllowed)
    #expect(generated.labelNoise == 0.5 && (25...75).contains(generated.noisyCount))

    let scratch = try ScratchFolder()
    let written = try writeFiles(.cifar10, in: scratch)
    let layout = try CIFARLayout.cifar10.official(in: scratch.path + "/cifar-10-batches-bin")
    let folder = DataFolder(path: scratch.path, isNamed: true)
    let noisy = try datasetSettings(["label_noise": 1])
    let dataset = try loadCIFAR(layout, noisy, folder: folder, policy: .standInAllowed)
    #expect(dataset.provenance == .subset && dataset.trueLabels == written.training.labels)
    #expect(dataset.noisyCount == 15)
    #expect(
      message { try loadCIFAR(layout, noisy, folder: folder, policy: .officialOnly) }?
        .contains("'label_noise' changes some of the labels") == true)
    #expect(throws: (any Error).self) { try datasetSettings(["label_noise": 1.5]) }
  }
}
