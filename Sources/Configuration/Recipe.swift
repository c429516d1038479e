/// The learning rate over a run.
package enum Schedule: String, CaseIterable, SettingContent {
  /// Half a cosine from the initial rate towards 0, stepped per epoch.
  case cosine
  /// The same, stepped per iteration: a run of few epochs anneals nearly to 0 by it, where steps per epoch end at
  /// eta_0 * sin(pi / 2E)^2.
  case cosineIteration = "cosine-iteration"
  /// The initial rate throughout.
  case constant
}

/// What all methods of a suite share: schedule, optimizer and augmentation. Declared once; YAML is laid over it.
package enum Recipe {
  package static let epochs = Setting(
    "epochs", default: 200, in: 1...100_000, "passes over the training set", from: .paper("4.1"))
  package static let batchSize = Setting(
    "batch_size", default: 128, in: 1...65_536, "examples a step; the last batch is kept", from: .paper("4.1"))
  package static let learningRate = Setting(
    "learning_rate", default: 0.05, positiveUpTo: 100, "initial learning rate eta_0",
    from: .code("dydjw9/Efficient_SAM run.sh"))
  package static let weightDecay = Setting(
    "weight_decay", default: 0.001, in: 0...1, "coupled decay of every parameter",
    from: .code("dydjw9/Efficient_SAM run.sh"))
  package static let momentum = Setting(
    "momentum", default: 0.9, in: 0..<1, "share of the last velocity kept",
    from: .code("dydjw9/Efficient_SAM train.py"))
  package static let schedule = Setting(
    "schedule", default: Schedule.cosine,
    "learning rate: cosine steps per epoch, cosine-iteration per iteration", from: .paper("4.1"))
  package static let cropPadding = Setting(
    "crop_padding", default: 4, in: 0...16, "black pixels around the image before a random 32x32 crop",
    from: .code("dydjw9/Efficient_SAM utils/cifar.py"))
  package static let flip = Setting(
    "flip", default: true, "mirror half of the images", from: .code("dydjw9/Efficient_SAM utils/cifar.py"))
  package static let cutout = Setting(
    "cutout", default: 16, in: 0...64, "side of the erased square in pixels; 0 erases nothing",
    from: .code("dydjw9/Efficient_SAM utils/cutout.py"))
  package static let cutoutProbability = Setting(
    "cutout_probability", default: 0.5, in: 0...1, "share of images with an erased square",
    from: .code("dydjw9/Efficient_SAM utils/cutout.py"))
  package static let evaluateEvery = Setting(
    "evaluate_every", default: 1, in: 1...100_000,
    "epochs between evaluations on the test set; the last is always evaluated",
    from: .code("dydjw9/Efficient_SAM train.py"))
  package static let weightAverage = Setting(
    "weight_average", default: 0.0, in: 0..<1,
    "share kept per step of a running mean of the weights that is tested beside them; 0 keeps no mean",
    from: .paper("4.1: accuracies of the weights themselves")
  ).addedLater

  /// All of them, in the order of listings.
  package static let settings: [any SettingKey] = [
    epochs, batchSize, learningRate, weightDecay, momentum, schedule, cropPadding, flip, cutout, cutoutProbability,
    evaluateEvery, weightAverage,
  ]
}
