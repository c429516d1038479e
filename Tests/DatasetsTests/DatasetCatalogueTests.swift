import Configuration
import Foundation
import Testing

@testable import Datasets

@Suite("Sources of data")
struct DatasetCatalogueTests {
  let few: [String: Value] = ["training": 12, "test": 10]

  @Test("both data sets are found by name")
  func named() {
    #expect(DatasetCatalogue.named("cifar10")?.classes == 10)
    #expect(DatasetCatalogue.named("cifar100")?.classes == 100)
    #expect(DatasetCatalogue.named("imagenet") == nil)
  }

  @Test("the command line takes precedence over the environment, and the environment over the folder 'data'")
  func locate() throws {
    let scratch = try ScratchFolder()
    try scratch.write([], to: "data/x")
    func found(_ option: String?, _ environment: [String: String], in place: String) -> DataFolder? {
      DataFolder.locate(option: option, environment: environment, workingFolder: place)
    }
    #expect(found("/a", ["SAMBENCH_DATA": "/b"], in: scratch.path) == DataFolder(path: "/a", isNamed: true))
    #expect(found(nil, ["SAMBENCH_DATA": "/b"], in: scratch.path) == DataFolder(path: "/b", isNamed: true))
    #expect(
      found(nil, ["SAMBENCH_DATA": ""], in: scratch.path)
        == DataFolder(path: scratch.path + "/data", isNamed: false))
    #expect(found(nil, [:], in: scratch.path + "/data") == nil)
  }

  @Test("without files, images are generated if the profile accepts them")
  func standIn() throws {
    let settings = try datasetSettings(few)
    let dataset = try CIFAR10.load(settings, folder: nil, policy: .standInAllowed)
    #expect(dataset.provenance == .generated)
    #expect(dataset.training.count == 12 && dataset.test.count == 10)
    #expect(
      message { try CIFAR10.load(settings, folder: nil, policy: .officialOnly) } == """
        cifar10: the official files are required, but there is no data folder. Set --data or SAMBENCH_DATA to a \
        folder that contains cifar-10-batches-bin, or download the files with 'data fetch cifar10'.
        """)
  }

  @Test("an explicit folder without the files is an error; the default folder may lack them")
  func emptyFolder() throws {
    let scratch = try ScratchFolder()
    let settings = try datasetSettings(few)
    let named = DataFolder(path: scratch.path, isNamed: true)
    #expect(
      message { try CIFAR10.load(settings, folder: named, policy: .standInAllowed) } == """
        \(scratch.path): no cifar10 files found. Set --data or SAMBENCH_DATA to the folder that contains \
        cifar-10-batches-bin and cifar-100-binary, or omit both to use generated images.
        """)
    let standard = DataFolder(path: scratch.path, isNamed: false)
    #expect(try CIFAR10.load(settings, folder: standard, policy: .standInAllowed).provenance == .generated)
  }

  @Test("the setting 'source' takes precedence over the folder")
  func source() throws {
    let scratch = try ScratchFolder()
    try writeFiles(.cifar10, in: scratch)
    let folder = DataFolder(path: scratch.path, isNamed: true)
    let generated = try datasetSettings(few.merging(["source": "generated"]) { $1 })
    #expect(try CIFAR10.load(generated, folder: folder, policy: .standInAllowed).provenance == .generated)
    #expect(
      message { try CIFAR10.load(generated, folder: folder, policy: .officialOnly) } == """
        cifar10: 'source: generated' is set, but this profile does not accept generated images. Remove the setting, \
        or use the profile smoke or quick.
        """)
    let files = try datasetSettings(["source": "files"])
    #expect(throws: DatasetError.self) { try CIFAR10.load(files, folder: nil, policy: .standInAllowed) }
  }
}
