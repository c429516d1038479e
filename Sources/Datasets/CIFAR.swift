import Configuration
import Foundation

/// CIFAR-10: ten classes of 32x32 colour images (Krizhevsky 2009).
public enum CIFAR10: DatasetSource {
  public static let name = CIFARLayout.cifar10.name
  public static let title = CIFARLayout.cifar10.title
  public static let summary = "50,000 training and 10,000 test images of 32x32 pixels in 10 classes."
  public static let classes = CIFARLayout.cifar10.classes
  public static let settings = cifarSettings

  public static func load(
    _ settings: Settings, folder: DataFolder?, policy: DataPolicy
  ) throws(DatasetError) -> Dataset {
    try loadCIFAR(.cifar10, settings, folder: folder, policy: policy)
  }
}

/// CIFAR-100: the same shape with 100 fine classes (Krizhevsky 2009).
public enum CIFAR100: DatasetSource {
  public static let name = CIFARLayout.cifar100.name
  public static let title = CIFARLayout.cifar100.title
  public static let summary = "50,000 training and 10,000 test images of 32x32 pixels in 100 fine classes."
  public static let classes = CIFARLayout.cifar100.classes
  public static let settings = cifarSettings

  public static func load(
    _ settings: Settings, folder: DataFolder?, policy: DataPolicy
  ) throws(DatasetError) -> Dataset {
    try loadCIFAR(.cifar100, settings, folder: folder, policy: policy)
  }
}

private let cifarSettings = [
  Setting(
    "training", .integer(0...10_000_000), default: 0, "leading training images used; 0 uses all",
    from: .paper("4.1")),
  Setting("test", .integer(0...10_000_000), default: 0, "leading test images used; 0 uses all", from: .paper("4.1")),
  Setting(
    "source", .choice(["auto", "files", "generated"]), default: "auto",
    "where images come from; auto takes files when there are any and generates otherwise",
    from: .assumed("a first run must work without a download")),
  LabelNoise.setting,
]

/// Decides between files and the stand-in, and never falls back from files that are there but wrong.
func loadCIFAR(
  _ layout: CIFARLayout, _ settings: Settings, folder: DataFolder?, policy: DataPolicy
) throws(DatasetError) -> Dataset {
  let training = settings.integer("training"), test = settings.integer("test"), source = settings.text("source")
  let noise = settings.number("label_noise")
  if source == "generated" {
    guard policy == .standInAllowed else { throw .generatedRefused(dataset: layout.name, path: nil) }
    return generatedCIFAR(layout, training: training, test: test, noise: noise)
  }
  if let folder {
    if let place = layout.place(in: folder.path) {
      return try readCIFAR(layout, in: place, training: training, test: test, noise: noise, policy: policy)
    }
    if folder.isNamed || source == "files" { throw .folderNotFound(path: folder.path, dataset: layout.name) }
  }
  guard policy == .standInAllowed && source == "auto" else {
    throw .noFolder(dataset: layout.name, subfolder: layout.folder)
  }
  return generatedCIFAR(layout, training: training, test: test, noise: noise)
}

/// Reads the official files, whole or subset, and keeps the leading images asked for.
private func readCIFAR(
  _ layout: CIFARLayout, in place: String, training: Int, test: Int, noise: Double, policy: DataPolicy
) throws(DatasetError) -> Dataset {
  for file in layout.files where !exists(place + "/" + file.name) {
    throw .missingFile(path: place + "/" + file.name, dataset: layout.name)
  }
  let isGenerated = exists(place + "/" + generatedMark)
  if isGenerated && policy != .standInAllowed { throw .generatedRefused(dataset: layout.name, path: place) }
  let isLimited = training > 0 || test > 0
  let reason =
    isLimited
    ? "the settings use only a part of them"
    : noise > 0 ? "'label_noise' makes a part of the labels wrong" : try layout.reasonNotOfficial(in: place)
  if policy == .officialOnly, let reason { throw .notOfficial(dataset: layout.name, reason: reason) }
  let trainingSet = try images(layout.training.map { place + "/" + $0.name }, part: "training", limit: training)
  let testSet = try images([place + "/" + layout.test.name], part: "test", limit: test)
  let provenance: Dataset.Provenance = isGenerated ? .generated : reason == nil ? .official : .subset
  return dataset(layout, training: trainingSet, test: testSet, provenance: provenance, noise: noise)

  func images(_ paths: [String], part: String, limit: Int) throws(DatasetError) -> ImageSet {
    var pixels: [UInt8] = [], labels: [UInt8] = []
    for path in paths { try layout.append(file: path, pixels: &pixels, labels: &labels) }
    guard limit <= labels.count else {
      throw .tooFewRecords(dataset: layout.name, part: part, asked: limit, present: labels.count, path: place)
    }
    if limit == 0 || limit == labels.count { return ImageSet(pixels: pixels, labels: labels) }
    return ImageSet(
      pixels: Array(pixels.prefix(limit * CIFARLayout.pixelBytes)), labels: Array(labels.prefix(limit)))
  }
}

private func generatedCIFAR(_ layout: CIFARLayout, training: Int, test: Int, noise: Double) -> Dataset {
  let generator = GeneratedImages(classes: layout.classes)
  return dataset(
    layout, training: generator.images(.training, count: training == 0 ? GeneratedImages.trainingCount : training),
    test: generator.images(.test, count: test == 0 ? GeneratedImages.testCount : test), provenance: .generated,
    noise: noise)
}

private func dataset(
  _ layout: CIFARLayout, training: ImageSet, test: ImageSet, provenance: Dataset.Provenance, noise: Double
) -> Dataset {
  Dataset(
    name: layout.name, title: layout.title, classes: layout.classes, training: training, test: test,
    provenance: provenance, labelNoise: noise)
}
