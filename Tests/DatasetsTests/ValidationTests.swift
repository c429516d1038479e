import Foundation
import Testing

@testable import Datasets

@Suite("Validation images")
struct ValidationTests {
  private let labels = (0..<200).map { UInt8($0 * 7 % 10) }

  @Test("the parts together are the training set, and the split is the same each time")
  func parts() {
    let (training, heldOut) = Validation(count: 37, classes: 10).split(labels)
    #expect(heldOut.count == 37 && training.count == 163)
    #expect((training + heldOut).sorted() == Array(labels.indices))
    #expect(training == training.sorted() && heldOut == heldOut.sorted())
    #expect(Validation(count: 37, classes: 10).split(labels).heldOut == heldOut)
  }

  @Test("every class gives its share to within one image", arguments: [1, 4, 10, 37, 99])
  func shares(count: Int) {
    let uneven = [UInt8](repeating: 0, count: 50) + [UInt8](repeating: 1, count: 30) + [UInt8](repeating: 2, count: 20)
    let heldOut = Validation(count: count, classes: 3).split(uneven).heldOut
    #expect(heldOut.count == count)
    for (label, size) in [50, 30, 20].enumerated() {
      let share = Double(size * count) / 100
      #expect(abs(Double(heldOut.count { uneven[$0] == label }) - share) < 1)
    }
  }

  @Test("a class without images gives none, and a count of 0 holds out none")
  func limits() {
    #expect(Validation(count: 2, classes: 5).split([0, 0, 4, 4]).heldOut.map { $0 / 2 } == [0, 1])
    #expect(Validation(count: 0, classes: 10).split(labels).training == Array(labels.indices))
  }

  @Test("the images held out, which identify cells", .tags(.golden))
  func golden() {
    // By Philox 4x32-10 in Python, from its definition.
    #expect(
      Validation(count: 20, classes: 10).split(labels).heldOut
        == [10, 18, 26, 45, 52, 73, 81, 92, 95, 101, 107, 109, 113, 144, 150, 154, 158, 177, 186, 199])
    #expect(Validation(count: 4, classes: 3).split([0, 0, 0, 1, 1, 1, 2, 2, 2, 2]).heldOut == [0, 4, 6, 7])
  }

  private func dataset(_ validation: Int, noise: Double = 0, test: ImageSet = makeImages(20)) -> Dataset {
    Dataset(
      name: "cifar10", title: "CIFAR-10", classes: 10, training: makeImages(200), test: test, provenance: .subset,
      labelNoise: noise, validation: validation)
  }

  @Test("without validation a data set and its fingerprint are unchanged")
  func none() {
    let whole = dataset(0)
    #expect(whole.validationCount == 0 && whole.training.count == 200 && whole.test.pixels == makeImages(20).pixels)
    #expect(
      whole.fingerprint
        == Dataset.fingerprint(name: "cifar10", classes: 10, training: makeImages(200), test: makeImages(20)))
  }

  @Test("held-out images replace the test images, and the fingerprint covers the split")
  func replaced() {
    let images = makeImages(200)
    let split = Validation(count: 30, classes: 10).split(images.labels)
    let tuned = dataset(30)
    #expect(tuned.validationCount == 30)
    #expect(tuned.training.pixels == images.picked(split.training).pixels)
    #expect(tuned.test.pixels == images.picked(split.heldOut).pixels)
    #expect(tuned.test.labels == split.heldOut.map { images.labels[$0] })
    #expect(Set([dataset(0), tuned, dataset(31)].map(\.fingerprint)).count == 3)
    // No test image has an effect.
    #expect(dataset(30, test: ImageSet(pixels: [], labels: [])).fingerprint == tuned.fingerprint)
  }

  @Test("label noise is the same as without validation, and validation images keep their true labels")
  func noise() throws {
    let images = makeImages(200)
    let split = Validation(count: 30, classes: 10).split(images.labels)
    let noisy = LabelNoise(share: 0.4, classes: 10).labels(replacing: images.labels)
    let tuned = dataset(30, noise: 0.4)
    #expect(tuned.training.labels == split.training.map { noisy[$0] })
    #expect(tuned.trueLabels == split.training.map { images.labels[$0] })
    #expect(tuned.test.labels == split.heldOut.map { images.labels[$0] })
  }

  @Test("the setting applies to generated images, and must leave one to train on")
  func generated() throws {
    func load(_ validation: Int) throws -> Dataset {
      try CIFAR10.load(
        datasetSettings(["training": 100, "test": 10, "source": "generated", "validation": .integer(validation)]),
        folder: nil, policy: .standInAllowed)
    }
    let tuned = try load(20)
    #expect(tuned.training.count == 80 && tuned.test.count == 20 && tuned.provenance == .generated)
    #expect((0..<10).allSatisfy { label in tuned.test.labels.count { $0 == label } == 2 })
    #expect(try load(0).fingerprint != tuned.fingerprint)
    #expect(message { try load(100) }?.contains("'validation' is 100, which leaves none of the 100") == true)
  }

  @Test("test images are not read, and a profile that requires official files accepts a split")
  func files() throws {
    let scratch = try ScratchFolder()
    try writeFiles(.cifar10, in: scratch)
    let layout = try CIFARLayout.cifar10.official(in: scratch.path + "/cifar-10-batches-bin")
    let folder = DataFolder(path: scratch.path, isNamed: true)
    let settings = try datasetSettings(["validation": 5])
    let official = try loadCIFAR(layout, settings, folder: folder, policy: .officialOnly)
    #expect(official.provenance == .subset && official.training.count == 10 && official.test.count == 5)

    // A label that does not exist.
    var spoilt = try scratch.bytes(of: "cifar-10-batches-bin/test_batch.bin")
    spoilt[0] = 200
    try scratch.write(spoilt, to: "cifar-10-batches-bin/test_batch.bin")
    let unread = try loadCIFAR(.cifar10, settings, folder: folder, policy: .standInAllowed)
    #expect(unread.fingerprint == official.fingerprint)
    #expect(throws: DatasetError.self) {
      try loadCIFAR(.cifar10, datasetSettings(), folder: folder, policy: .standInAllowed)
    }
  }
}
