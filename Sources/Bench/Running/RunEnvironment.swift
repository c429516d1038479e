import Configuration
import Records
import Suites
import Training

/// The conditions under which cells are trained, for their records.
package struct RunEnvironment: Sendable {
  package var profile: Profile
  package var threads: Int
  /// Why the training time is not comparable, or nil.
  package var timingNote: String?
  package var machine: Machine
  /// What a checkpoint must match for a run to resume from it.
  package var reproducibility: ReproducibilityKey
  package var provenance: [ProvenanceEntry]

  package init(
    profile: Profile, threads: Int, timingNote: String? = nil, machine: Machine = .current,
    reproducibility: ReproducibilityKey = .current, provenance: [ProvenanceEntry]
  ) {
    self.profile = profile
    self.threads = threads
    self.timingNote = timingNote
    self.machine = machine
    self.reproducibility = reproducibility
    self.provenance = provenance
  }
}

extension RunRecord {
  /// Adds the facts unknown to the training itself: the cell, the program and the machine.
  mutating func identify(as item: RunPlan.Item, _ environment: RunEnvironment) {
    (cellID, alias, suite) = (item.id, item.alias, item.suites[0])
    profile = environment.profile.name
    // An accuracy on training images that were held out is not the test accuracy that the paper prints.
    isEvidence = environment.profile.isEvidence && item.dataset.validationCount == 0
    configJSON = item.cell.canonicalJSON(fingerprint: item.dataset.fingerprint)
    sourcesJSON = Value.object(item.cell.sources.mapValues { .text($0.description) }).canonicalJSON
    provenance = environment.provenance
    (result.timing.threads, result.timing.machine) = (environment.threads, environment.machine.description)
    if let note = environment.timingNote { (result.timing.isValid, result.timing.note) = (false, note) }
  }

  /// The record of a run that could not be carried out.
  init(of item: RunPlan.Item, failure reason: String) {
    self.init()
    data = DataRecord(item.dataset)
    result.status = .failed(reason: reason)
    (result.timing.isValid, result.timing.note) = (false, "nothing was trained")
  }
}
