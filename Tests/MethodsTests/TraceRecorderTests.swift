import Methods
import Testing

@Suite struct TraceRecorderTests {
  private func recorder() -> TraceRecorder {
    TraceRecorder(
      [TraceDeclaration("loss", unit: "nat", "loss"), TraceDeclaration("p", unit: "1", "rate", per: .window)],
      iterations: 5)
  }

  @Test("an iteration without a value is not-a-number; iterations to come are not there")
  func gaps() {
    let traces = recorder()
    traces.begin(iteration: 1)
    traces.record("loss", 2)
    traces.begin(iteration: 2)
    traces.begin(iteration: 3)
    traces.record("loss", 0.5)
    let values = traces.values("loss")
    #expect(values.count == 3 && values[0] == 2 && values[1].isNaN && values[2] == 0.5)
  }

  @Test("the value of a window stands behind those before it, whatever the iteration")
  func windows() {
    let traces = recorder()
    traces.append("p", 0.25)
    traces.append("p", 0.5)
    #expect(traces.values("p") == [0.25, 0.5])
  }

  @Test("a trace that was not declared, declared twice or recorded beyond T is a programmer's mistake")
  func mistakes() async {
    await #expect(processExitsWith: .failure) {
      let traces = TraceRecorder([TraceDeclaration("loss", unit: "nat", "loss")], iterations: 1)
      traces.begin(iteration: 1)
      traces.record("accuracy", 1)
    }
    await #expect(processExitsWith: .failure) {
      _ = TraceRecorder(
        [TraceDeclaration("loss", unit: "nat", "loss"), TraceDeclaration("loss", unit: "nat", "loss")], iterations: 1)
    }
    await #expect(processExitsWith: .failure) {
      TraceRecorder([], iterations: 1).begin(iteration: 2)
    }
  }
}
