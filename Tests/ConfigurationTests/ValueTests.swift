import Foundation
import Testing

@testable import Configuration

@Suite("Canonical JSON")
struct ValueTests {
  @Test("keys are sorted by their bytes, at every depth, without spaces")
  func order() {
    let value = Value.object(["b": .list([1, 2]), "a": .object(["é": 1, "z": true]), "B": "x"])
    #expect(value.canonicalJSON == #"{"B":"x","a":{"z":true,"é":1},"b":[1,2]}"#)
  }

  @Test(
    "numbers read back to the same bits",
    arguments: [0.1, 1e-12, .leastNonzeroMagnitude, 1.0 / 3, 1e300, -0.0, 2403.08821])
  func numbers(number: Double) {
    #expect(Double(Value.number(number).canonicalJSON)?.bitPattern == number.bitPattern)
  }

  @Test("an integer and the same real number have different texts")
  func kinds() {
    #expect(Value.integer(1).canonicalJSON == "1")
    #expect(Value.number(1).canonicalJSON == "1.0")
  }

  @Test("a number that is not finite can still be shown in a message")
  func notFinite() {
    #expect(Value.number(.nan).description == "nan")
    #expect(Value.list([.number(-.infinity), 1]).description == "[-inf, 1]")
  }

  @Test("text is escaped so that any JSON reader gives the same text")
  func text() throws {
    let text = "quote \" backslash \\ line\nreturn\rtab\t bell\u{7} ünïcode 🦢"
    let json = Value.list([.text(text)]).canonicalJSON
    #expect(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String] == [text])
    #expect(json.contains("\\u0007"))
  }
}
