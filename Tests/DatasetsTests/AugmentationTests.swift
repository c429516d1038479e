import Configuration
import Core
import Testing

@testable import Datasets

@Suite("Augmentation")
struct AugmentationTests {
  static let paper = Augmentation(padding: 4, flips: true, cutout: 16, cutoutProbability: 0.5)
  static let variants = [
    paper, .none, Augmentation(padding: 0, flips: true, cutout: 7, cutoutProbability: 1),
    Augmentation(padding: 16, flips: false, cutout: 64, cutoutProbability: 1),
  ]

  /// The transform according to its description: pad, crop, flip, normalize, erase, each on the whole image.
  private func reference(_ a: Augmentation, _ draw: AugmentationDraw, _ pixels: [UInt8]) -> [Float] {
    let side = 32 + 2 * a.padding
    var padded = [[[UInt8]]](
      repeating: [[UInt8]](repeating: [UInt8](repeating: 0, count: side), count: side), count: 3)
    for c in 0..<3 {
      for y in 0..<32 { for x in 0..<32 { padded[c][y + a.padding][x + a.padding] = pixels[c * 1024 + y * 32 + x] } }
    }
    var result = [Float](repeating: 0, count: 3072)
    let mean = [125.3 / 255, 123.0 / 255, 113.9 / 255]
    let deviation = [63.0 / 255, 62.1 / 255, 66.7 / 255]
    for y in 0..<32 {
      for x in 0..<32 {
        let column = draw.isFlipped ? 31 - x : x
        let inRows = y >= draw.erasedTop && y < Int(draw.erasedTop) + a.cutout
        let isErased = draw.isErased && inRows && x >= draw.erasedLeft && x < Int(draw.erasedLeft) + a.cutout
        for c in 0..<3 where !isErased {
          let byte = padded[c][y + Int(draw.top)][column + Int(draw.left)]
          result[(y * 32 + x) * 3 + c] = Float((Double(byte) / 255 - mean[c]) / deviation[c])
        }
      }
    }
    return result
  }

  @Test("equals the transform written out step by step", arguments: variants)
  func naive(augmentation: Augmentation) {
    let pixels = makeImages(1).pixels
    for index in 0..<60 {
      let draw = augmentation.draw(seed: 7, epoch: 3, index: index)
      var y = [Float](repeating: .nan, count: 3072)
      augmentation.apply(draw, to: pixels, into: &y)
      let expected = reference(augmentation, draw, pixels)
      // The table rounds once where the reference rounds its scaled byte as well: one unit in the last place.
      #expect(zip(y, expected).allSatisfy { abs($0 - $1) <= 2e-7 * max(1, abs($1)) }, "\(draw)")
    }
  }

  @Test("the border is black and the erased square has the mean color")
  func order() {
    let draw = AugmentationDraw(top: 0, left: 0, isFlipped: false, isErased: true, erasedTop: 16, erasedLeft: 16)
    var y = [Float](repeating: .nan, count: 3072)
    AugmentationTests.paper.apply(draw, to: [UInt8](repeating: 200, count: 3072), into: &y)
    #expect(abs(y[0] - Float(-125.3 / 63)) < 1e-6)
    #expect(y[(20 * 32 + 20) * 3] == 0)
    #expect(abs(y[(8 * 32 + 8) * 3] - Float((200 - 125.3) / 63)) < 1e-6)
  }

  @Test("draws cover their ranges, and half of the images are mirrored and erased")
  func ranges() {
    let draws = (0..<4000).map { AugmentationTests.paper.draw(seed: 1, epoch: 0, index: $0) }
    #expect(Set(draws.map(\.top)) == Set(0...8) && Set(draws.map(\.left)) == Set(0...8))
    let erased = draws.filter(\.isErased)
    #expect(Set(erased.map(\.erasedTop)) == Set(-8...23) && Set(erased.map(\.erasedLeft)) == Set(-8...23))
    // 4000 fair coins: 2000 with a standard deviation of 32.
    #expect(abs(erased.count - 2000) < 160 && abs(draws.filter(\.isFlipped).count - 2000) < 160)
    // Mean side 14 in half of the images: 9.6 % of all pixels.
    let area = erased.map { draw in
      (min(32, Int(draw.erasedTop) + 16) - max(0, Int(draw.erasedTop)))
        * (min(32, Int(draw.erasedLeft) + 16) - max(0, Int(draw.erasedLeft)))
    }
    #expect(abs(Double(area.reduce(0, +)) / (4000 * 1024) - 0.096) < 0.006)
  }

  @Test("a draw depends only on seed, epoch and image")
  func streams() {
    let a = AugmentationTests.paper
    let draws = (0..<64).map { a.draw(seed: 1, epoch: 2, index: $0) }
    #expect(draws == (0..<64).map { a.draw(seed: 1, epoch: 2, index: $0) })
    #expect(draws != (0..<64).map { a.draw(seed: 2, epoch: 2, index: $0) })
    #expect(draws != (0..<64).map { a.draw(seed: 1, epoch: 3, index: $0) })
    #expect(draws != (0..<64).map { a.draw(seed: 1, epoch: 2, index: $0 + 1) })
  }

  @Test("a change of one option does not affect the other decisions")
  func independence() {
    var plain = AugmentationTests.paper
    plain.flips = false
    plain.cutout = 0
    for index in 0..<100 {
      let a = AugmentationTests.paper.draw(seed: 4, epoch: 0, index: index)
      let b = plain.draw(seed: 4, epoch: 0, index: index)
      #expect(a.top == b.top && a.left == b.left && !b.isFlipped && !b.isErased)
    }
  }

  @Test("a draw is stored as six numbers")
  func values() {
    let draw = AugmentationDraw(top: 1, left: 8, isFlipped: true, isErased: true, erasedTop: -8, erasedLeft: 23)
    #expect(draw.values == [1, 8, 1, 1, -8, 23])
  }
}
