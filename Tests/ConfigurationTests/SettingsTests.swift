import Testing

@testable import Configuration

@Suite("Settings")
struct SettingsTests {
  private let declared = [
    Setting("rho", .number(0...100, openBelow: true), default: 0.05, "radius", from: .paper("Eq. 2")),
    Setting("period", .integer(1...1000), default: 1, "every k-th", from: .paper("4.1")),
    Setting("reuse", .flag, default: true, "reuse", from: .paper("4.4")),
    Setting("tail", .choice(["last", "all"]), default: "last", "which layers", from: .assumed("smallest")),
  ]

  private func message(_ given: [String: Value]) -> String? {
    do throws(SettingsError) {
      _ = try Settings(declared, given: given, owner: "method vsam")
      return nil
    } catch {
      return error.description
    }
  }

  @Test("what is given lies over the defaults")
  func overlay() throws {
    let settings = try Settings(declared, given: ["period": 5, "tail": "all"], owner: "method vsam")
    #expect(settings.integer("period") == 5 && settings.text("tail") == "all")
    #expect(settings.number("rho") == 0.05 && settings.flag("reuse"))
    #expect(settings.object.canonicalJSON == #"{"period":5,"reuse":true,"rho":0.05,"tail":"all"}"#)
  }

  @Test("a setting that was added later is part of the identity only where it is not at its default")
  func addedLater() throws {
    let noise = Setting("noise", .number(0...1), default: 0, "share", from: .paper("4.1"), isAddedLater: true)
    func object(_ given: [String: Value]) throws -> String {
      try Settings(declared + [noise], given: given, owner: "x").object.canonicalJSON
    }
    let before = try Settings(declared, owner: "x").object.canonicalJSON
    #expect(try object([:]) == before)
    #expect(try object(["noise": 0]) == before, "its default said aloud is its default")
    #expect(try object(["noise": 0.4]).contains(#""noise":0.4"#))
    let noisy = try Settings(declared + [noise], given: ["noise": 0.4, "rho": 1], owner: "x")
    #expect(noisy.departures == ["noise": 0.4])
    let part = Setting(
      "part", .integer(0...9), default: 0, "count", from: .paper("4.1"), isAddedLater: true, choosesData: true)
    let chosen = try Settings(declared + [part], given: ["part": 3], owner: "x")
    #expect(chosen.departures.isEmpty && chosen.object.canonicalJSON.contains(#""part":3"#))
    #expect(try Settings(declared + [noise], owner: "x").number("noise") == 0)
  }

  @Test("an integer is a number where a number is asked for, and then equal to it")
  func integerAsNumber() throws {
    let a = try Settings(declared, given: ["rho": 1], owner: "x")
    #expect(try a == Settings(declared, given: ["rho": 1.0], owner: "x"))
    #expect(a.number("rho") == 1)
  }

  @Test("an unknown key names its owner, the nearest key and all known ones")
  func unknown() {
    #expect(
      message(["perod": 5])
        == "method vsam has no setting named 'perod'. Did you mean 'period'? Known: rho, period, reuse, tail.")
    #expect(message(["zzz": 5]) == "method vsam has no setting named 'zzz'. Known: rho, period, reuse, tail.")
  }

  @Test(
    "a value of the wrong type or out of range quotes what is allowed",
    arguments: [
      ("rho", 0.0 as Value, "method vsam: 'rho' must be a number > 0.0 and <= 100.0, not 0.0."),
      ("rho", .number(.nan), "method vsam: 'rho' must be a number > 0.0 and <= 100.0, not nan."),
      ("period", 0, "method vsam: 'period' must be an integer from 1 to 1000, not 0."),
      ("period", 2.5, "method vsam: 'period' must be an integer from 1 to 1000, not 2.5."),
      ("reuse", "yes", "method vsam: 'reuse' must be true or false, not yes."),
      ("tail", "first", "method vsam: 'tail' must be one of last, all, not first."),
    ])
  func invalid(key: String, value: Value, expected: String) {
    #expect(message([key: value]) == expected)
  }

  @Test("bounds are inside unless they are open")
  func bounds() {
    let kind = Setting.Kind.number(0...1, openAbove: true)
    #expect(kind.accept(0) == 0.0 && kind.accept(0.999) == 0.999)
    #expect(kind.accept(1) == nil && kind.accept(-0.1) == nil && kind.accept(true) == nil)
    #expect(Setting.Kind.integer(1...Int.max).allowed == "an integer >= 1")
  }
}
