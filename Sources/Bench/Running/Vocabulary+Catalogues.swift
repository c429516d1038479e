import Configuration
import Datasets
import Methods
import Models
import Suites
import Training

extension Vocabulary {
  /// The contents of this build's catalogues. A method, model or data set added there is available to every suite.
  public static var catalogues: Vocabulary {
    Vocabulary(
      datasets: DatasetCatalogue.all.map { source in
        Entry(name: source.name, revision: 1, settings: source.settings)
      },
      models: ModelCatalogue.all.map { model in
        Entry(name: model.name, revision: model.revision, settings: model.settings, check: model.checkNetwork)
      },
      methods: MethodCatalogue.all.map { method in
        Entry(name: method.name, revision: method.revision, settings: method.settings, check: method.check)
      },
      quantizations: [Entry(name: LSQ.name, revision: LSQ.revision, settings: LSQ.settings)],
      recipe: Recipe.settings)
  }
}
