import Methods
import Records
import Testing
import Training

@Suite struct TrainingFitTests {
  @Test("A finished run that memorizes its training images reports a low loss and a high accuracy")
  func clean() throws {
    let outcome = try SmallRun(recipe: ["epochs": 30, "batch_size": 12, "crop_padding": 0, "flip": false, "cutout": 0])
      .train()
    let fit = try #require(outcome.trainingFit)
    #expect(fit.clean == nil && outcome.epochs.allSatisfy { $0.byLabel == nil })
    #expect(fit.accuracy > 90 && fit.loss > 0 && fit.loss < 0.5, "\(fit)")
    let right = fit.accuracy / 100 * 84
    #expect(abs(right - right.rounded()) < 1e-9)
  }

  @Test("With label noise, accuracies on clean and noisy labels add up to the overall accuracy")
  func noisy() throws {
    let run = SmallRun(recipe: ["epochs": 3], labelNoise: 0.4)
    let outcome = try run.train()
    let noisy = Double(try run.dataset().noisyCount)
    #expect(noisy > 20)
    func whole(_ cleanRight: Double, _ noisyRight: Double) -> Double {
      (cleanRight * (84 - noisy) + noisyRight * noisy) / 84
    }
    let fit = try #require(outcome.trainingFit)
    #expect(abs(whole(try #require(fit.clean), try #require(fit.noisy)) - fit.accuracy) < 1e-9)
    for epoch in outcome.epochs {
      let byLabel = try #require(epoch.byLabel)
      #expect(abs(whole(byLabel.clean, byLabel.noisy) - epoch.trainAccuracy) < 1e-9)
      #expect(byLabel.noisy + byLabel.corrected <= 100)
    }
  }

  @Test(
    "Only the first pass of a step is counted, at the unperturbed weights",
    arguments: ["sam", "esam", "vsam", "mesa", "saf", "ae-sam", "looksam", "asam", "gsam", "friendly-sam", "wsam"])
  func firstPass(_ name: String) throws {
    let run = SmallRun(method: try #require(MethodCatalogue.named(name)), recipe: ["epochs": 2], labelNoise: 0.4)
    let noisy = Double(try run.dataset().noisyCount)
    for epoch in try run.train().epochs {
      let byLabel = try #require(epoch.byLabel)
      #expect(abs((byLabel.clean * (84 - noisy) + byLabel.noisy * noisy) / 84 - epoch.trainAccuracy) < 1e-9)
    }
  }

  @Test("Evaluating the training images costs no gradient and does not change the run")
  func cost() throws {
    let outcome = try SmallRun(method: SAM.self, given: ["period": 5], labelNoise: 0.4).train()
    #expect(Float(outcome.cost.forwardExamples) == outcome.trace("forward_examples").reduce(0, +))
    #expect(outcome.cost.gradients == 15)
  }

  @Test("A run with label noise that is stopped in the middle of an epoch counts like an uninterrupted one")
  func resumed() throws {
    let run = SmallRun(labelNoise: 0.4)
    let whole = try run.train()
    var kept: TrainingState?
    _ = try run.trainer().run(keeping: { kept = $0 }, observing: { $0.iteration == 8 ? .stop : .proceed })
    let second = try run.trainer()
    try second.restore(try #require(kept))
    let resumed = Trained(second)
    #expect(resumed.epochs.map(\.byLabel) == whole.epochs.map(\.byLabel))
    #expect(resumed.trainingFit == whole.trainingFit)
  }
}
