import Testing

@testable import Datasets

@Suite("Generated images")
struct GeneratedImagesTests {
  let generator = GeneratedImages(classes: 10)

  @Test("the bytes are the same on every machine", .tags(.golden))
  func golden() {
    let training = generator.images(.training, count: 20)
    let test = generator.images(.test, count: 10)
    #expect(
      Dataset.fingerprint(name: "cifar10", classes: 10, training: training, test: test)
        == "1466705ec56483ba118e1e59f23bd67b976913d29aa4e5c4f5f216ffe8cbc4bc")
    let fine = GeneratedImages(classes: 100)
    #expect(
      Dataset.fingerprint(
        name: "cifar100", classes: 100, training: fine.images(.training, count: 20), test: fine.images(.test, count: 5)
      ) == "8194f3bcad1854fec20dc18fe5c0c2c0a40ae5e54406ce06ccd6bede6a428a5c")
  }

  @Test("image i does not depend on the number of images")
  func prefix() {
    let few = generator.images(.training, count: 7)
    let more = generator.images(.training, count: 13)
    #expect(few.pixels == Array(more.pixels.prefix(7 * 3072)))
    #expect(few.labels == Array(more.labels.prefix(7)))
  }

  @Test("any leading part is balanced over the classes")
  func balance() {
    let labels = generator.images(.training, count: 35).labels
    for start in stride(from: 0, to: 30, by: 10) { #expect(Set(labels[start..<start + 10]).count == 10) }
    #expect(Set(labels[30...]).count == 5)
  }

  @Test("training and test images differ, and so do two seeds")
  func parts() {
    let training = generator.images(.training, count: 3)
    let test = generator.images(.test, count: 3)
    #expect(training.pixels != test.pixels)
    #expect(training.pixels != GeneratedImages(classes: 10, seed: 2).images(.training, count: 3).pixels)
  }

  @Test("pixel values are distributed about as in photographs")
  func statistics() {
    let pixels = generator.images(.training, count: 50).pixels.map { Double($0) }
    let mean = pixels.reduce(0, +) / Double(pixels.count)
    let variance = pixels.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(pixels.count)
    #expect((100...150).contains(mean))
    #expect((35...75).contains(variance.squareRoot()))
  }

  @Test("images of a class resemble each other more than those of other classes")
  func structure() {
    let set = generator.images(.training, count: 200)
    // Mean image of each class over the first half, then the share of the second half that is nearest to its own.
    var means = [[Double]](repeating: [Double](repeating: 0, count: 3072), count: 10)
    for i in 0..<100 { for p in 0..<3072 { means[Int(set.labels[i])][p] += Double(set.pixels[i * 3072 + p]) / 10 } }
    let correct = (100..<200).filter { i in
      let distances = means.map { mean in
        (0..<3072).reduce(0.0) { $0 + (mean[$1] - Double(set.pixels[i * 3072 + $1])).magnitude }
      }
      return distances.firstIndex(of: distances.min()!)! == Int(set.labels[i])
    }
    // Chance is 10 of 100, with a standard deviation of 3; a template matcher must be better, but not perfect.
    #expect((19...80).contains(correct.count), "\(correct.count)")
  }
}

extension Tag {
  /// Compares with numbers from another source or an earlier release.
  @Tag static var golden: Self
}
