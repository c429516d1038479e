import Configuration
import Core

/// Converts bytes to network input: scaled to [0, 1], minus the mean, over the standard deviation, per channel.
///
/// Both data sets use the same constants (dydjw9/Efficient_SAM utils/cifar.py).
public enum PixelScale {
  /// Mean of each channel (red, green, blue), on the scale 0 to 255.
  public static let mean = [125.3, 123.0, 113.9]
  /// Standard deviation of each channel, on the same scale.
  public static let deviation = [63.0, 62.1, 66.7]

  /// `[3, 256]`: the input value of every byte in every channel, so that a pixel costs one load.
  static let table: [Float] = (0..<3).flatMap { c in
    (0..<256).map { byte in Float((Double(byte) - mean[c]) / deviation[c]) }
  }
}

/// The random decisions for one image in one epoch, as a value that a run can store and replay.
public struct AugmentationDraw: Hashable, Sendable {
  /// The crop's first row in the padded image, 0 ... 2 * padding.
  public var top: Int8
  /// The crop's first column in the padded image, 0 ... 2 * padding.
  public var left: Int8
  /// Whether the crop is mirrored, left to right.
  public var isFlipped: Bool
  /// Whether a square is erased.
  public var isErased: Bool
  /// The erased square's first row in the crop; it may lie outside. 0 when nothing is erased.
  public var erasedTop: Int8
  /// The erased square's first column in the crop; it may lie outside. 0 when nothing is erased.
  public var erasedLeft: Int8

  static let none = AugmentationDraw(
    top: 0, left: 0, isFlipped: false, isErased: false, erasedTop: 0, erasedLeft: 0)

  /// As six numbers in the order of the fields, flags as 0 and 1: the form in which audits store it.
  public var values: [Int8] { [top, left, isFlipped ? 1 : 0, isErased ? 1 : 0, erasedTop, erasedLeft] }
}

/// The training transform: random crop with a black border, random flip, normalization, cutout. Because of this order,
/// the border is black and the erased square has the mean color.
public struct Augmentation: Hashable, Sendable {
  /// Black pixels on every side before the crop.
  public var padding: Int
  /// Whether half of the images are mirrored.
  public var flips: Bool
  /// Side of the erased square in pixels; 0 erases nothing.
  public var cutout: Int
  /// Share of the images with an erased square, 0...1.
  public var cutoutProbability: Double

  /// - Precondition: `padding` in 0...16 and `cutout` in 0...64, so that every draw fits an `Int8`.
  public init(padding: Int, flips: Bool, cutout: Int, cutoutProbability: Double) {
    precondition((0...16).contains(padding) && (0...64).contains(cutout), "Augmentation: padding 0...16, cutout 0...64")
    self.padding = padding
    self.flips = flips
    self.cutout = cutout
    self.cutoutProbability = cutoutProbability
  }

  /// The augmentation of a recipe.
  public init(_ recipe: Settings) {
    self.init(
      padding: recipe[Recipe.cropPadding], flips: recipe[Recipe.flip], cutout: recipe[Recipe.cutout],
      cutoutProbability: recipe[Recipe.cutoutProbability])
  }

  /// Normalization only, as for test images.
  public static let none = Augmentation(padding: 0, flips: false, cutout: 0, cutoutProbability: 0)

  /// The decisions for one image. They depend on the seed, the epoch and the image, but not on the batch or position.
  public func draw(seed: UInt64, epoch: Int, index: Int) -> AugmentationDraw {
    var stream = RandomStream(seed: seed, purpose: .augmentation, epoch: epoch, index: index)
    let top = stream.integer(below: 2 * padding + 1)
    let left = stream.integer(below: 2 * padding + 1)
    let isFlipped = stream.uniform() < 0.5 && flips
    let isErased = stream.uniform() < cutoutProbability && cutout > 0
    // Left and top are uniform on -size/2 ..< 32 - size/2, clipped when drawn (dydjw9/Efficient_SAM utils/cutout.py).
    let erasedTop = isErased ? stream.integer(below: 32) - cutout / 2 : 0
    let erasedLeft = isErased ? stream.integer(below: 32) - cutout / 2 : 0
    return AugmentationDraw(
      top: Int8(top), left: Int8(left), isFlipped: isFlipped, isErased: isErased, erasedTop: Int8(erasedTop),
      erasedLeft: Int8(erasedLeft))
  }

  /// Transforms one image.
  ///
  /// - Parameters:
  ///   - pixels: 3072 bytes, `[C, P]` as in the official files.
  ///   - y: 3072 floats, overwritten with `[P, C]`, channels innermost.
  func apply(_ draw: AugmentationDraw, to pixels: UnsafePointer<UInt8>, into y: UnsafeMutablePointer<Float>) {
    let dy = Int(draw.top) - padding
    let dx = Int(draw.left) - padding
    PixelScale.table.withUnsafeBufferPointer { table in
      let red = table.baseAddress!
      let green = red + 256
      let blue = red + 512
      for row in 0..<32 {
        let out = y + row * 96
        let source = row + dy
        let isInside = source >= 0 && source < 32
        let line = pixels + (isInside ? source * 32 : 0)
        // Columns of the crop whose source is inside the image; the others are the black border.
        let inside = isInside ? max(0, -dx)..<min(32, 32 - dx) : 0..<0
        var x = 0
        while x < 32 {
          let column = draw.isFlipped ? 31 - x : x
          let o = out + x * 3
          if inside.contains(column) {
            let p = line + column + dx
            o[0] = red[Int(p[0])]
            o[1] = green[Int(p[1024])]
            o[2] = blue[Int(p[2048])]
          } else {
            o[0] = red[0]
            o[1] = green[0]
            o[2] = blue[0]
          }
          x += 1
        }
      }
    }
    if draw.isErased { erase(draw, y) }
  }

  private func erase(_ draw: AugmentationDraw, _ y: UnsafeMutablePointer<Float>) {
    let rows = max(0, Int(draw.erasedTop))..<max(0, min(32, Int(draw.erasedTop) + cutout))
    let columns = max(0, Int(draw.erasedLeft))..<max(0, min(32, Int(draw.erasedLeft) + cutout))
    guard !columns.isEmpty else { return }
    for row in rows { (y + (row * 32 + columns.lowerBound) * 3).update(repeating: 0, count: columns.count * 3) }
  }
}
