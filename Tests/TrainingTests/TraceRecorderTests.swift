import Methods
import Testing
import Training

private let loss = Trace("loss", unit: "nat", "loss")
private let p = Trace("p", unit: "1", "rate", per: .window)

@Suite struct TraceRecorderTests {
  private func recorder() -> TraceRecorder { TraceRecorder([loss, p], iterations: 5) }

  @Test("an iteration without a value is NaN; future iterations are absent")
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

  @Test("the value of a window follows those of earlier windows, whatever the iteration")
  func windows() {
    let traces = recorder()
    traces.record(p, 0.25)
    traces.record(p, 0.5)
    #expect(traces.values(p) == [0.25, 0.5])
  }

  @Test("the values of later micro-batches are added to that of the first")
  func micro() {
    let traces = recorder()
    traces.begin(iteration: 1)
    traces.record(loss, 0.5)
    traces.record(loss, 0.25, adding: true)
    #expect(traces.values(loss) == [0.75])
  }

  @Test("an undeclared trace, a duplicate declaration and recording beyond T are precondition failures")
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
