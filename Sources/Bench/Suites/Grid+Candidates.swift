extension Grid {
  /// The rows with these labels, as far as they are selected, and the rows that they start from, without a baseline.
  ///
  /// - Parameter label: the label of each data set, in place of the suite's.
  public func candidates(
    _ labels: Set<String>, selection: Selection, naming label: (Component) -> String
  ) -> Grid {
    let selected = seeds.indices.filter { index in
      entries.contains { labels.contains($0.method.label) && selection.includes($0, seed: seeds[index], in: self) }
    }
    func isCandidate(_ entry: Entry) -> Bool {
      labels.contains(entry.method.label)
        && selected.contains { selection.includes(entry, seed: seeds[$0], in: self) }
    }
    let starts = Set(entries.filter(isCandidate).flatMap(\.cells).compactMap(\.start))
    let kept = entries.filter { isCandidate($0) || $0.cells.contains(where: starts.contains) }.map { entry in
      entry.cut(to: selected, naming: label)
    }
    return Grid(
      suite: suite, profile: profile, seeds: selected.map { seeds[$0] }, datasets: kept.map(\.dataset).uniqued(),
      models: kept.map(\.model).uniqued(), methods: kept.map(\.method).uniqued(), entries: kept, hiddenBaseline: [])
  }
}

extension Grid.Entry {
  fileprivate func cut(to seeds: [Int], naming label: (Component) -> String) -> Grid.Entry {
    Grid.Entry(
      dataset: cells.first.map { AxisItem(name: dataset.name, label: label($0.dataset)) } ?? dataset, model: model,
      method: method, cells: seeds.map { cells[$0].naming(label) },
      // The paper's numbers are test accuracies.
      published: nil)
  }
}

extension Cell {
  /// The same run with another label for its data set.
  fileprivate func naming(_ label: (Component) -> String) -> Cell {
    let named = Component(
      name: dataset.name, label: label(dataset), settings: dataset.settings, revision: dataset.revision,
      replaced: dataset.replaced)
    return Cell(
      dataset: named, model: model, method: method, quantization: quantization, recipe: recipe, seed: seed,
      start: start?.naming(label), sources: sources)
  }
}
