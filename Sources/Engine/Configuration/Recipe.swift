/// The learning rate over a run.
package enum Schedule: String, CaseIterable, SettingContent {
  /// Half a cosine from the initial rate towards 0, stepped per epoch.
  case cosine
  /// The same, stepped per iteration. A run of few epochs then anneals nearly to 0, whereas steps per epoch end at
  /// eta_0 * sin(pi / 2E)^2.
  case cosineIteration = "cosine-iteration"
  /// The initial rate throughout.
  case constant
}

/// The settings that all methods of a suite share: schedule, optimizer and augmentation. Suites override the defaults.
package enum Recipe {
  package static let epochs = Setting(
    "epochs", default: 200, in: 1...100_000, "passes over the training set", from: .paper("4.1"))
  package static let batchSize = Setting(
    "batch_size", default: 128, in: 1...65_536, "examples per step; the last batch of an epoch may be smaller",
    from: .paper("4.1"))
  package static let learningRate = Setting(
    "learning_rate", default: 0.05, positiveUpTo: 100, "initial learning rate eta_0",
    from: .code("dydjw9/Efficient_SAM run.sh"))
  package static let weightDecay = Setting(
    "weight_decay", default: 0.001, in: 0...1, "coupled decay of every parameter",
    from: .code("dydjw9/Efficient_SAM run.sh"))
  package static let momentum = Setting(
    "momentum", default: 0.9, in: 0..<1, "share of the previous velocity that is kept",
    from: .code("dydjw9/Efficient_SAM train.py"))
  package static let schedule = Setting(
    "schedule", default: Schedule.cosine,
    "learning rate schedule: cosine changes it per epoch, cosine-iteration per iteration", from: .paper("4.1"))
  package static let cropPadding = Setting(
    "crop_padding", default: 4, in: 0...16, "black pixels added on each side before a random 32x32 crop",
    from: .code("dydjw9/Efficient_SAM utils/cifar.py"))
  package static let flip = Setting(
    "flip", default: true, "mirror half of the images", from: .code("dydjw9/Efficient_SAM utils/cifar.py"))
  package static let cutout = Setting(
    "cutout", default: 16, in: 0...64, "side of the erased square in pixels; 0 erases nothing",
    from: .code("dydjw9/Efficient_SAM utils/cutout.py"))
  package static let cutoutProbability = Setting(
    "cutout_probability", default: 0.5, in: 0...1, "share of the images with an erased square",
    from: .code("dydjw9/Efficient_SAM utils/cutout.py"))
  package static let evaluateEvery = Setting(
    "evaluate_every", default: 1, in: 1...100_000,
    "epochs between evaluations on the test set; the last epoch is always evaluated",
    from: .code("dydjw9/Efficient_SAM train.py"))
  package static let weightAverage = Setting(
    "weight_average", default: 0.0, in: 0..<1,
    "decay per step of a running mean of the weights, which is also tested; 0 disables it",
    from: .paper("4.1: accuracies of the weights themselves")
  ).addedLater

  /// All of them, in the order of listings.
  package static let settings: [any SettingKey] = [
    epochs, batchSize, learningRate, weightDecay, momentum, schedule, cropPadding, flip, cutout, cutoutProbability,
    evaluateEvery, weightAverage,
  ]
}
