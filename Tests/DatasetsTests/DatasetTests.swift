import Datasets
import Testing

@Suite("A data set in memory")
struct DatasetTests {
  private static func images(_ labels: [UInt8]) -> ImageSet {
    ImageSet(pixels: Array(repeating: 0, count: labels.count * 3072), labels: labels)
  }

  private static func dataset(_ training: [UInt8], _ test: [UInt8]) -> Dataset {
    Dataset(
      name: "own", title: "Own", classes: 2, training: images(training), test: images(test), provenance: .official)
  }

  @Test("its fingerprint changes with any label")
  func fingerprint() {
    let one = DatasetTests.dataset([0, 1], [0])
    #expect(one.fingerprint.count == 64)
    #expect(one.fingerprint == DatasetTests.dataset([0, 1], [0]).fingerprint)
    #expect(one.fingerprint != DatasetTests.dataset([0, 0], [0]).fingerprint)
    #expect(one.fingerprint != DatasetTests.dataset([0, 1], [1]).fingerprint)
  }

  @Test("a label out of range and a part without images are programming errors")
  func mistakes() async {
    await #expect(processExitsWith: .success) { _ = DatasetTests.dataset([0, 1], [1]) }
    await #expect(processExitsWith: .failure) { _ = DatasetTests.dataset([0, 2], [1]) }
    await #expect(processExitsWith: .failure) { _ = DatasetTests.dataset([0, 1], [2]) }
    await #expect(processExitsWith: .failure) { _ = DatasetTests.dataset([], [1]) }
    await #expect(processExitsWith: .failure) { _ = DatasetTests.dataset([0], []) }
  }
}
