import ArgumentParser
import Commands
import Foundation
import Store

// Two programs in one: started with CHAOS_CHILD it is sambench itself, with faults at its file layer, and asked to read
// files it is sambench without any; with CHAOS_INPUTS it reads mutated inputs; else it is the harness that starts, kills and
// examines such children.
if CommandLine.arguments.dropFirst().first == "read-files" {
  SAMBenchProgram().main()
} else if let task = ProcessInfo.processInfo.environment["CHAOS_INPUTS"] {
  try tryInputs(task)
} else if let plan = ProcessInfo.processInfo.environment["CHAOS_CHILD"] {
  FileAccess.$current.withValue(Sabotage(plan).access) { SAMBenchProgram().main() }
} else {
  TrialReader.$current.withValue(.child) { Chaos.main() }
}
