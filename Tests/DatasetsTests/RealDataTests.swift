import Foundation
import Testing

@testable import Datasets

// An empty variable counts as unset.
@Suite("The data folder, if there is one", .enabled(if: DataFolder.locate(option: nil) != nil))
struct RealDataTests {
  @Test("every file is complete, and every class is present", arguments: OfficialData.allCases)
  func load(data: OfficialData) throws {
    let folder = try #require(DataFolder.locate(option: nil))
    let source = try #require(DatasetCatalogue.named(data.rawValue))
    let dataset = try source.load(datasetSettings(), folder: folder, policy: .standInAllowed)
    for images in [dataset.training, dataset.test] {
      #expect(Set(images.labels) == Set(0..<UInt8(dataset.classes)))
      // The published constants are the training set's own mean and deviation to within a unit or two.
      for c in 0..<3 {
        let values = stride(from: c * 1024, to: images.pixels.count, by: 3072).flatMap { start in
          stride(from: start, to: start + 1024, by: 37).map { Double(images.pixels[$0]) }
        }
        let mean = values.reduce(0, +) / Double(values.count)
        #expect(abs(mean - PixelScale.mean[c]) < (dataset.provenance == .generated ? 30 : 8))
      }
    }
    #expect(try data.verify(in: folder.path).allSatisfy { !$0.isDamaged })
  }
}
