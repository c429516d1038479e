import Core

/// Images generated from a seed, for machines without data: CIFAR-shaped and learnable, but no evidence for accuracies.
///
/// A class is a set of soft shapes with a texture. Classes of a group share their colors, so color alone does not
/// distinguish them. Every image blends two shapes of its class and varies the properties that must not matter:
/// position, mirroring, color, brightness, background, occlusion, noise. A network that memorizes pixels does badly on
/// the test images, as on photographs.
///
/// Only additions, multiplications and integer draws are used, so the bytes are the same on every machine. Image i
/// does not depend on the number of images.
public struct GeneratedImages: Sendable {
  /// Training and test images are drawn independently.
  public enum Part: Int, Sendable {
    /// Training images.
    case training = 1
    /// Test images, of the same kind as the training images.
    case test = 2
  }

  /// Default number of training images.
  public static let trainingCount = 4000
  /// Default number of test images.
  public static let testCount = 1000

  let classes: Int
  let seed: UInt64
  private let prototypes: [Prototype]

  /// Creates a generator. Equal arguments give equal images.
  public init(classes: Int, seed: UInt64 = 1) {
    precondition((1...256).contains(classes), "GeneratedImages: 1 to 256 classes")
    self.classes = classes
    self.seed = seed
    // CIFAR-100 has five fine classes per coarse class; ten classes form five pairs.
    let groupSize = classes >= 100 ? 5 : 2
    prototypes = (0..<classes).map { Prototype(seed: seed, index: $0, group: $0 / groupSize) }
  }

  /// The first `count` images of a part. Labels come in shuffled blocks with every class once, so any leading part is
  /// balanced.
  public func images(_ part: Part, count: Int) -> ImageSet {
    var labels: [UInt8] = []
    labels.reserveCapacity(count + classes)
    for block in 0..<(count + classes - 1) / classes {
      var stream = RandomStream(seed: seed, purpose: .generation, epoch: part.rawValue + 10, index: block)
      labels.append(contentsOf: stream.permutation(of: classes).map { UInt8($0) })
    }
    labels.removeLast(labels.count - count)
    let pixels = [UInt8](unsafeUninitializedCapacity: count * 3072) { buffer, filled in
      var canvas = Canvas()
      for i in 0..<count {
        var stream = RandomStream(seed: seed, purpose: .generation, epoch: part.rawValue, index: i)
        canvas.paint(prototypes[Int(labels[i])], &stream, into: buffer.baseAddress! + i * 3072)
      }
      filled = count * 3072
    }
    return ImageSet(pixels: pixels, labels: labels)
  }
}

/// The common properties of the images of a class.
private struct Prototype: Sendable {
  /// Three shapes, each `[P]`: opacity of the object at each pixel, 0 to 1.
  let shapes: [[Float]]
  /// `[3, P]`, -1 to 1.
  let texture: [Float]
  /// The group's color, 0 to 1.
  let colour: [Float]

  init(seed: UInt64, index: Int, group: Int) {
    var own = RandomStream(seed: seed, purpose: .generation, epoch: 0, index: index)
    var shared = RandomStream(seed: seed, purpose: .generation, epoch: 0, index: 1000 + group)
    shapes = (0..<3).map { _ in
      let noise = SmoothNoise(cells: 4, channels: 1, &own).plane(0)
      return (0..<1024).map { p in
        let x = (Float(p % 32) - 15.5) / 15.5
        let y = (Float(p / 32) - 15.5) / 15.5
        // Fades toward the edges, so that a shifted object stays inside the image.
        return smoothStep((noise[p] + 0.35 - 0.75 * (x * x + y * y)) * 2.5)
      }
    }
    let fine = SmoothNoise(cells: 8, channels: 3, &own)
    texture = (0..<3).flatMap { fine.plane($0) }
    colour = (0..<3).map { _ in 0.25 + 0.5 * Float(shared.uniform()) }
  }
}

/// Random values between -1 and 1 on a coarse grid, smoothly interpolated: blobs of the size of a grid cell.
private struct SmoothNoise {
  private let cells: Int
  private let corners: [Float]

  init(cells: Int, channels: Int, _ stream: inout RandomStream) {
    self.cells = cells
    var corners: [Float] = []
    for _ in 0..<(cells + 1) * (cells + 1) * channels { corners.append(Float(2 * stream.uniform() - 1)) }
    self.corners = corners
  }

  func plane(_ channel: Int) -> [Float] {
    let side = cells + 1
    let start = channel * side * side
    var plane: [Float] = []
    plane.reserveCapacity(1024)
    for row in 0..<32 {
      let v = Float(row * cells) / 32
      let j = Int(v)
      let t = smoothStep(v - Float(j))
      for column in 0..<32 {
        let u = Float(column * cells) / 32
        let i = Int(u)
        let s = smoothStep(u - Float(i))
        let corner = start + j * side + i
        let above = corners[corner] + s * (corners[corner + 1] - corners[corner])
        let below = corners[corner + side] + s * (corners[corner + side + 1] - corners[corner + side])
        plane.append(above + t * (below - above))
      }
    }
    return plane
  }
}

/// A smooth step: 0 below 0, 1 above 1.
private func smoothStep(_ x: Float) -> Float {
  let t = min(max(x, 0), 1)
  return t * t * (3 - 2 * t)
}

private struct Canvas {
  /// `[3, P]`, 0 black, 1 full.
  private var scene = [Float](repeating: 0, count: 3072)

  mutating func paint(_ prototype: Prototype, _ stream: inout RandomStream, into pixels: UnsafeMutablePointer<UInt8>) {
    let background = SmoothNoise(cells: 3, channels: 3, &stream)
    let light = SmoothNoise(cells: 2, channels: 1, &stream).plane(0)
    let brightness = Float(0.3 * stream.uniform() - 0.15)
    let cover = placeObject(prototype, &stream)
    let grain = Float(0.25 + 0.25 * stream.uniform())
    for channel in 0..<3 {
      let ground = Float(0.3 + 0.4 * stream.uniform())
      let colour = prototype.colour[channel] + Float(0.2 * stream.uniform() - 0.1)
      let blobs = background.plane(channel)
      for p in 0..<1024 {
        var value = ground + 0.2 * blobs[p]
        if cover[p].share > 0 {
          let object = colour + grain * prototype.texture[channel * 1024 + cover[p].source]
          value += cover[p].share * (object - value)
        }
        scene[channel * 1024 + p] = value
      }
    }
    occlude(&stream)
    for i in 0..<3072 { scene[i] += brightness + 0.15 * light[i % 1024] }
    develop(&stream, into: pixels)
  }

  /// For each pixel, the opacity of the object and the corresponding pixel of the prototype.
  private func placeObject(_ prototype: Prototype, _ stream: inout RandomStream) -> [(share: Float, source: Int)] {
    let first = stream.integer(below: 3)
    let second = (first + 1 + stream.integer(below: 2)) % 3
    let blend = Float(0.5 * stream.uniform())
    let opacity = Float(0.7 + 0.3 * stream.uniform())
    let dx = stream.integer(below: 9) - 4
    let dy = stream.integer(below: 9) - 4
    let isMirrored = stream.uniform() < 0.5
    let a = prototype.shapes[first]
    let b = prototype.shapes[second]
    return (0..<1024).map { p in
      let v = p / 32 - dy
      let u = (isMirrored ? 31 - p % 32 : p % 32) - dx
      guard v >= 0, v < 32, u >= 0, u < 32 else { return (0, 0) }
      let q = v * 32 + u
      return (opacity * (a[q] + blend * (b[q] - a[q])), q)
    }
  }

  /// Covers a rectangle with one color in half of the images.
  private mutating func occlude(_ stream: inout RandomStream) {
    guard stream.uniform() < 0.5 else { return }
    let width = 5 + stream.integer(below: 9)
    let height = 5 + stream.integer(below: 9)
    let x = stream.integer(below: 33 - width)
    let y = stream.integer(below: 33 - height)
    for channel in 0..<3 {
      let colour = Float(stream.uniform())
      for row in y..<y + height {
        for column in x..<x + width { scene[channel * 1024 + row * 32 + column] = colour }
      }
    }
  }

  /// Adds noise and rounds to bytes. The sum of two uniform bytes is close enough to a normal distribution and gives
  /// the same bytes on every machine.
  private func develop(_ stream: inout RandomStream, into pixels: UnsafeMutablePointer<UInt8>) {
    let strength: Float = 20.0 / 255
    var bits: UInt64 = 0
    for i in 0..<3072 {
      if i % 4 == 0 { bits = stream.next() }
      let noise = strength * Float(Int(bits & 255) + Int(bits >> 8 & 255) - 255)
      bits >>= 16
      let value = 255 * scene[i] + noise
      pixels[i] = UInt8(min(max(value, 0), 255).rounded())
    }
  }
}
