import Configuration
import Foundation
import Testing

@testable import Suites

@Suite("A cell's identity is everything that can change a number, and nothing else")
struct CellTests {
  @Test("labels, sources and other tables do not change it; a setting, the seed and the data do")
  func identity() throws {
    let a = try grid(methods: "[{name: sam, label: SAM-5, period: 5}]").cells
    let b = try grid(methods: "[{name: sam, label: five, period: 5, source: paper 4.1}]").cells
    #expect(a[0] == b[0])
    #expect(a[0].id(fingerprint: "f") == b[0].id(fingerprint: "f"))
    #expect(a[0].id(fingerprint: "f") != a[1].id(fingerprint: "f"))
    #expect(a[0].id(fingerprint: "f") != a[0].id(fingerprint: "e"))
    let c = try grid(methods: "[{name: sam, label: SAM-5, period: 6}]").cells
    #expect(a[0].id(fingerprint: "f") != c[0].id(fingerprint: "f"))
    let d = try grid(methods: "[{name: sam, label: SAM-5, period: 5}]", overrides: ["momentum=0.8"]).cells
    #expect(a[0].id(fingerprint: "f") != d[0].id(fingerprint: "f"))
  }

  @Test("label noise is added to the fingerprint: no clean cell is found under the fingerprint of noisy labels")
  func labelNoise() throws {
    let clean = try grid(methods: "[{name: sam}]").cells[0]
    let noisy = try grid(methods: "[{name: sam}]", overrides: ["dataset.label_noise=0.4"]).cells[0]
    let saidAloud = try grid(methods: "[{name: sam}]", overrides: ["dataset.label_noise=0"]).cells[0]
    #expect(noisy.canonicalJSON(fingerprint: "f").contains(#""dataset":{"fingerprint":"f","label_noise":0.4,"name":"#))
    #expect(noisy.id(fingerprint: "f") != clean.id(fingerprint: "f") && noisy != clean)
    #expect(saidAloud.id(fingerprint: "f") == clean.id(fingerprint: "f") && saidAloud == clean)
  }

  @Test("validation images give a different cell; 0 leaves the cell as it is")
  func validation() throws {
    let whole = try grid(methods: "[{name: sam}]").cells[0]
    let tuned = try grid(methods: "[{name: sam}]", overrides: ["dataset.validation=10"]).cells[0]
    let explicit = try grid(methods: "[{name: sam}]", overrides: ["dataset.validation=0"]).cells[0]
    let identity = tuned.canonicalJSON(fingerprint: "f")
    #expect(identity.contains(#""dataset":{"fingerprint":"f","name":"cifar10","validation":10}"#))
    #expect(tuned.id(fingerprint: "f") != whole.id(fingerprint: "f") && tuned != whole)
    #expect(explicit.id(fingerprint: "f") == whole.id(fingerprint: "f") && explicit == whole)
  }

  @Test("a higher revision of the method is a different cell")
  func revision() throws {
    var later = vocabulary
    later.methods = later.methods.map { .init(name: $0.name, revision: 2, settings: $0.settings, check: $0.check) }
    let suite = try suite(suiteText())
    let a = try suite.grid(profile: "small", vocabulary: vocabulary).cells[0]
    let b = try suite.grid(profile: "small", vocabulary: later).cells[0]
    #expect(a != b)
  }

  @Test("the text of an identity is canonical JSON, including quantization and a start")
  func canonical() throws {
    let rows =
      "[{name: sgd, label: a}, {name: sam, label: b, starts_from: a, quantization: {scheme: lsq, weights: 3}}]"
    for cell in try grid(methods: rows).cells {
      for fingerprint in [nil, "00ff", "\"\\"] {
        let text = cell.canonicalJSON(fingerprint: fingerprint)
        let object = try JSONSerialization.jsonObject(with: Data(text.utf8))
        let sorted = try JSONSerialization.data(
          withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
        // Another writer sorts the keys in the same order but may format numbers differently.
        func keys(_ text: String) -> [Substring] { text.matches(of: /"[a-z_]+":/).map(\.0) }
        #expect(keys(text) == keys(String(decoding: sorted, as: UTF8.self)))
      }
    }
  }

  @Test("the id is a readable slug and twelve hexadecimal digits and never changes")
  func golden() throws {
    let cell = try grid(methods: "[{name: sam}]").cells[0]
    #expect(
      cell.canonicalJSON(fingerprint: "00ff")
        == #"{"dataset":{"fingerprint":"00ff","name":"cifar10"},"format":1,"method":{"name":"sam","revision":1,"#
        + #""settings":{"period":1,"rho":0.05}},"model":{"name":"resnet","revision":1,"settings":{"depth":18,"#
        + #""width":64}},"recipe":{"batch_size":128,"crop_padding":4,"cutout":16,"cutout_probability":0.5,"epochs":2,"#
        + #""evaluate_every":1,"flip":true,"learning_rate":0.05,"momentum":0.9,"schedule":"cosine","#
        + #""weight_decay":0.001},"seed":1}"#)
    #expect(cell.id(fingerprint: "00ff") == "cifar10-resnet-sam-s1-f9339773ce22")
  }
}
