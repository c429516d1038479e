import Configuration

/// What all methods of a suite share: schedule, optimizer and augmentation. Declared once; YAML is laid over it.
public enum Recipe {
  public static let settings: [Setting] = [
    Setting("epochs", .integer(1...100_000), default: 200, "passes over the training set", from: .paper("4.1")),
    Setting(
      "batch_size", .integer(1...65_536), default: 128, "examples a step; the last batch is kept", from: .paper("4.1")),
    Setting(
      "learning_rate", .number(0...100, openBelow: true), default: 0.05, "initial learning rate eta_0",
      from: .code("dydjw9/Efficient_SAM run.sh")),
    Setting(
      "weight_decay", .number(0...1), default: 0.001, "coupled decay of every parameter",
      from: .code("dydjw9/Efficient_SAM run.sh")),
    Setting(
      "momentum", .number(0...1, openAbove: true), default: 0.9, "share of the last velocity kept",
      from: .code("dydjw9/Efficient_SAM train.py")),
    Setting(
      "schedule", .choice(Schedule.allCases.map(\.rawValue)), default: "cosine",
      "learning rate: cosine steps per epoch, cosine-iteration per iteration", from: .paper("4.1")),
    Setting(
      "crop_padding", .integer(0...16), default: 4, "black pixels around the image before a random 32x32 crop",
      from: .code("dydjw9/Efficient_SAM utils/cifar.py")),
    Setting(
      "flip", .flag, default: true, "mirror half of the images", from: .code("dydjw9/Efficient_SAM utils/cifar.py")),
    Setting(
      "cutout", .integer(0...64), default: 16, "side of the erased square in pixels; 0 erases nothing",
      from: .code("dydjw9/Efficient_SAM utils/cutout.py")),
    Setting(
      "cutout_probability", .number(0...1), default: 0.5, "share of images with an erased square",
      from: .code("dydjw9/Efficient_SAM utils/cutout.py")),
    Setting(
      "evaluate_every", .integer(1...100_000), default: 1,
      "epochs between evaluations on the test set; the last is always evaluated",
      from: .code("dydjw9/Efficient_SAM train.py")),
    Setting(
      "weight_average", .number(0...1, openAbove: true), default: 0,
      "share kept a step of a running mean of the weights that is tested beside them; 0 keeps no mean",
      from: .paper("4.1: accuracies of the weights themselves"), isAddedLater: true),
  ]
}
