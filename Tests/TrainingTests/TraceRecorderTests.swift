import Methods
import Testing
import Training

private let loss = Trace("loss", unit: "nat", "loss"), p = Trace("p", unit: "1", "rate", per: .window)

@Suite struct TraceRecorderTests {
  private func recorder() -> TraceRecorder { TraceRecorder([loss, p], iterations: 5) }

  @Test("an iteration without a value is not-a-number; iterations to come are not there")
  func gaps() {
    let traces = recorder()
    traces.begin(iteration: 1)
    traces.record(loss, 2)
    traces.begin(iteration: 2)
    traces.begin(iteration: 3)
    traces.record(loss, 0.5)
    let values = traces.values(loss)
    #expect(values.count == 3 && values[0] == 2 && values[1].isNaN && values[2] == 0.5)
  }

  @Test("the value of a window stands behind those before it, whatever the iteration")
  func windows() {
    let traces = recorder()
    traces.record(p, 0.25)
    traces.record(p, 0.5)
    #expect(traces.values(p) == [0.25, 0.5])
  }

  @Test("a later micro-batch's value is added to that of the first")
  func micro() {
    let traces = recorder()
    traces.begin(iteration: 1)
    traces.record(loss, 0.5)
    traces.record(loss, 0.25, adding: true)
    #expect(traces.values(loss) == [0.75])
  }

  @Test("a trace that was not declared, declared twice or recorded beyond T is a programmer's mistake")
  func mistakes() async {
    await #expect(processExitsWith: .failure) {
      let traces = TraceRecorder([loss], iterations: 1)
      traces.begin(iteration: 1)
      traces.record(p, 1)
    }
    await #expect(processExitsWith: .failure) {
      _ = TraceRecorder(
        [loss, loss], iterations: 1)
    }
    await #expect(processExitsWith: .failure) {
      TraceRecorder([], iterations: 1).begin(iteration: 2)
    }
  }
}
