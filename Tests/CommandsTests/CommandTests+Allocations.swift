import Foundation
import TestSupport
import Testing

/// Tests/HeapCounter, compiled once; nil if the C library is not glibc or the compiler is not available.
private let heapCounter: String? = {
  let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("HeapCounter/HeapCounter.swift").path
  guard FileManager.default.fileExists(atPath: source), let scratch = try? Scratch() else { return nil }
  let library = NSTemporaryDirectory() + "heap-counter-\(getpid()).so"
  let names = ["malloc", "calloc", "realloc", "aligned_alloc", "posix_memalign"]
  let compiler = Process()
  compiler.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  compiler.arguments =
    ["swiftc", "-O", "-parse-as-library", "-module-name", "HeapCounter", "-emit-library", source, "-o", library]
    + names.flatMap { ["-Xlinker", "--defsym=\($0)=counted_\($0)"] }
  compiler.currentDirectoryURL = URL(fileURLWithPath: scratch.path)
  guard (try? compiler.run()) != nil else { return nil }
  compiler.waitUntilExit()
  return compiler.terminationStatus == 0 ? library : nil
}()

extension CommandTests {
  private struct Heap: CustomStringConvertible {
    var calls = 0
    var bytes = 0
    var description: String { "\(calls) calls for \(bytes) bytes" }
  }

  /// The heap allocations of `bench` for `steps` more steps of each method that it measures.
  private func heap(for steps: Int, _ arguments: [String]) throws -> Heap {
    let folder = try Scratch()
    let counter = try #require(heapCounter)
    func total(_ steps: Int) throws -> Heap {
      let ending = try sambench(
        ["bench", "--batch", "2", "--repetitions", "1", "--steps", "\(steps)"] + arguments, in: folder,
        environment: ["LD_PRELOAD": counter])
      #expect(ending.status == 0, "\(ending.complaint)")
      let line = try #require(
        ending.complaint.split(separator: "\n").last { $0.hasPrefix("heap: ") }, "\(ending.complaint)")
      let numbers = line.split { !$0.isNumber }.compactMap { Int($0) }
      return Heap(calls: numbers[0], bytes: numbers[1])
    }
    let (few, many) = (try total(10), try total(10 + steps))
    return Heap(calls: many.calls - few.calls, bytes: many.bytes - few.bytes)
  }

  static let smallModels = [
    ["--model", "resnet", "--set", "width=4", "--set", "depth=10"],
    ["--model", "mobilenet", "--set", "width=4"],
    ["--model", "pyramidnet", "--set", "depth=14", "--set", "alpha=4"],
  ]

  // The order of an epoch is one allocation, and an epoch of `bench` has two steps. A hundred more are for printed
  // text.

  @Test("on one thread, a step allocates nothing on the heap", arguments: smallModels) func heapOfStep(model: [String])
    throws
  {
    let steps = 300
    let heap = try heap(for: steps, model + ["--threads", "1"])
    #expect(heap.calls < steps / 2 + 100, "\(heap) in \(steps) steps")
  }

  @Test(
    "no method allocates on the heap in a step, except ESAM for its lists of examples",
    arguments: [
      "sam": 0, "vsam": 0, "looksam": 0, "esam": 5, "mesa": 0, "saf": 0, "ae-sam": 0, "asam": 0, "gsam": 0,
      "friendly-sam": 0, "msam": 0, "rst": 0, "gnp": 0, "wsam": 0, "vasso": 0,
    ])
  func heapOfMethod(method: String, lists: Int) throws {
    let steps = 300
    let heap = try heap(for: steps, CommandTests.smallModels[0] + ["--threads", "1", "--method", method])
    // SAM and SGD are measured as well, and both kinds of step of a method that decides when to sample.
    let contenders = method == "vsam" ? 4 : 3
    #expect(
      heap.calls < (contenders + 2 * lists) * steps / 2 + 150, "\(heap) in \(steps) steps of \(method), SAM and SGD")
    #expect(heap.bytes < 512 * steps, "\(heap) in \(steps) steps of \(method), SAM and SGD")
  }

  @Test("a section shared by threads costs one box of 32 bytes", arguments: smallModels)
  func heapOfThreads(model: [String]) throws {
    let heap = try heap(for: 50, model + ["--threads", "2"])
    #expect(heap.bytes < 34 * heap.calls, "\(heap)")
  }
}
