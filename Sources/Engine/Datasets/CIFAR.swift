import Configuration
import Core
import Foundation

/// CIFAR-10: ten classes of 32x32 color images (Krizhevsky 2009).
public enum CIFAR10: DatasetSource {
  public static let name = CIFARLayout.cifar10.name
  public static let title = CIFARLayout.cifar10.title
  public static let summary = "50,000 training and 10,000 test images of 32x32 pixels in 10 classes."
  public static let classes = CIFARLayout.cifar10.classes
  public static let settings = CIFARSettings.all

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
  public static let settings = CIFARSettings.all

  public static func load(
    _ settings: Settings, folder: DataFolder?, policy: DataPolicy
  ) throws(DatasetError) -> Dataset {
    try loadCIFAR(.cifar100, settings, folder: folder, policy: policy)
  }
}

private enum CIFARSettings {
  enum Source: String, CaseIterable, SettingContent { case auto, files, generated }

  static let training = Setting(
    "training", default: 0, in: 0...10_000_000, "leading training images used; 0 uses all", from: .paper("4.1"))
  static let test = Setting(
    "test", default: 0, in: 0...10_000_000, "leading test images used; 0 uses all", from: .paper("4.1"))
  static let source = Setting(
    "source", default: Source.auto,
    "source of the images; auto uses files if there are any and generates images otherwise",
    from: .assumed("a first run must work without a download"))
  static let trainingPerClass = Setting(
    "training_per_class", default: 0, in: 0...10_000_000,
    "leading images per class kept from each training file, before 'training' applies; 0 keeps all",
    from: .paper("4.1")
  ).addedLater.choosingData
  static let testPerClass = Setting(
    "test_per_class", default: 0, in: 0...10_000_000,
    "leading images per class kept from the test file, before 'test' applies; 0 keeps all", from: .paper("4.1")
  ).addedLater.choosingData

  static let all: [any SettingKey] = [
    training, test, source, trainingPerClass, testPerClass, LabelNoise.setting, Validation.setting,
  ]
}

/// The selected images, and the noise in their labels.
struct ImageChoice {
  /// Number of leading images, and of leading images per class and file; 0 means all.
  var training, test, trainingPerClass, testPerClass: Int
  /// The nominal share of wrong training labels.
  var noise: Double
  /// How many training images are held out in place of the test images.
  var validation: Int

  init(_ settings: Settings) {
    (training, test) = (settings[CIFARSettings.training], settings[CIFARSettings.test])
    trainingPerClass = settings[CIFARSettings.trainingPerClass]
    testPerClass = settings[CIFARSettings.testPerClass]
    noise = settings[LabelNoise.setting]
    validation = settings[Validation.setting]
  }

  /// The reason why this choice does not give the official data, or nil.
  var reasonNotOfficial: String? {
    if training > 0 || test > 0 || trainingPerClass > 0 || testPerClass > 0 {
      return "the settings select only a part of them"
    }
    return noise > 0 ? "'label_noise' changes some of the labels" : nil
  }
}

/// Loads files or generates images. Files that exist but are invalid are an error, never replaced by generated images.
func loadCIFAR(
  _ layout: CIFARLayout, _ settings: Settings, folder: DataFolder?, policy: DataPolicy
) throws(DatasetError) -> Dataset {
  let choice = ImageChoice(settings)
  let source = settings[CIFARSettings.source]
  if source == .generated {
    guard policy == .standInAllowed else { throw .generatedRefused(dataset: layout.name, path: nil) }
    return try generatedCIFAR(layout, choice)
  }
  if let folder {
    if let place = layout.place(in: folder.path) {
      return try readCIFAR(layout, in: place, choice, policy: policy)
    }
    if folder.isNamed || source == .files { throw .folderNotFound(path: folder.path, dataset: layout.name) }
  }
  guard policy == .standInAllowed && source == .auto else {
    throw .noFolder(dataset: layout.name, subfolder: layout.folder)
  }
  return try generatedCIFAR(layout, choice)
}

/// Throws if the images do not fit in memory.
///
/// - Parameter copies: the number of copies of each byte in memory at the same time.
func checkMemory(
  of layout: CIFARLayout, training: Int, test: Int, copies: Int
) throws(DatasetError) {
  do throws(TooLittleMemory) {
    try TooLittleMemory.check(
      (training + test) * (CIFARLayout.pixelBytes + 1) * copies, in: MemoryLimit.current())
  } catch {
    throw .tooLarge(dataset: layout.name, training: training, test: test, reason: error.description)
  }
}

/// Reads the official files or a subset of them, and keeps the selected images.
private func readCIFAR(
  _ layout: CIFARLayout, in place: String, _ choice: ImageChoice, policy: DataPolicy
) throws(DatasetError) -> Dataset {
  for file in layout.files where !exists(place + "/" + file.name) {
    throw .missingFile(path: place + "/" + file.name, dataset: layout.name)
  }
  let isGenerated = exists(place + "/" + generatedMark)
  if isGenerated && policy != .standInAllowed { throw .generatedRefused(dataset: layout.name, path: place) }
  let chosen = choice.reasonNotOfficial
  let reason = chosen == nil ? try layout.reasonNotOfficial(in: place) : chosen
  if policy == .officialOnly, let reason { throw .notOfficial(dataset: layout.name, reason: reason) }
  var records = (training: 0, test: 0)
  for file in layout.training { records.training += try fileSize(place + "/" + file.name) / layout.recordBytes }
  records.test = try fileSize(place + "/" + layout.test.name) / layout.recordBytes
  try checkMemory(of: layout, training: records.training, test: records.test, copies: 2)
  let trainingSet = try images(
    layout.training.map { place + "/" + $0.name }, part: "training", limit: choice.training,
    perClass: choice.trainingPerClass)
  // The test images of a run with validation are never read.
  let testSet =
    choice.validation > 0
    ? ImageSet(pixels: [], labels: [])
    : try images([place + "/" + layout.test.name], part: "test", limit: choice.test, perClass: choice.testPerClass)
  let provenance: Dataset.Provenance = isGenerated ? .generated : reason == nil ? .official : .subset
  return try dataset(layout, training: trainingSet, test: testSet, provenance: provenance, choice)

  func images(_ paths: [String], part: String, limit: Int, perClass: Int) throws(DatasetError) -> ImageSet {
    var pixels: [UInt8] = []
    var labels: [UInt8] = []
    for path in paths {
      guard perClass > 0 else {
        try layout.append(file: path, pixels: &pixels, labels: &labels)
        continue
      }
      var file: (pixels: [UInt8], labels: [UInt8]) = ([], [])
      try layout.append(file: path, pixels: &file.pixels, labels: &file.labels)
      let kept = ImageSet(pixels: file.pixels, labels: file.labels).leading(perClass: perClass, classes: layout.classes)
      pixels += kept.pixels
      labels += kept.labels
    }
    guard limit <= labels.count else {
      throw .tooFewRecords(dataset: layout.name, part: part, asked: limit, present: labels.count, path: place)
    }
    if limit == 0 || limit == labels.count { return ImageSet(pixels: pixels, labels: labels) }
    return ImageSet(
      pixels: Array(pixels.prefix(limit * CIFARLayout.pixelBytes)), labels: Array(labels.prefix(limit)))
  }
}

/// Generates the selected images. Their labels come in blocks with every class once, so images per class are blocks.
private func generatedCIFAR(_ layout: CIFARLayout, _ choice: ImageChoice) throws(DatasetError) -> Dataset {
  func count(_ count: Int, perClass: Int, standard: Int) -> Int {
    min(count > 0 ? count : standard, perClass > 0 ? perClass * layout.classes : .max)
  }
  let (training, test) = try generatedImages(
    layout,
    training: count(choice.training, perClass: choice.trainingPerClass, standard: GeneratedImages.trainingCount),
    test: choice.validation > 0
      ? 0 : count(choice.test, perClass: choice.testPerClass, standard: GeneratedImages.testCount),
    copies: choice.validation > 0 ? 2 : 1)
  return try dataset(layout, training: training, test: test, provenance: .generated, choice)
}

func generatedImages(
  _ layout: CIFARLayout, training: Int, test: Int, seed: UInt64 = 1, copies: Int
) throws(DatasetError) -> (training: ImageSet, test: ImageSet) {
  try checkMemory(of: layout, training: training, test: test, copies: copies)
  let generator = GeneratedImages(classes: layout.classes, seed: seed)
  return (generator.images(.training, count: training), generator.images(.test, count: test))
}

private func dataset(
  _ layout: CIFARLayout, training: ImageSet, test: ImageSet, provenance: Dataset.Provenance, _ choice: ImageChoice
) throws(DatasetError) -> Dataset {
  try Validation.check(choice.validation, of: training.count, in: layout.name)
  return Dataset(
    name: layout.name, title: layout.title, classes: layout.classes, training: training, test: test,
    provenance: provenance, labelNoise: choice.noise, validation: choice.validation)
}
