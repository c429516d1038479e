import Testing

@testable import Configuration

@Suite("Settings")
struct SettingsTests {
  private enum Tail: String, CaseIterable, SettingContent { case last, all }

  private static let rho = Setting("rho", default: 0.05, positiveUpTo: 100, "radius", from: .paper("Eq. 2"))
  private static let period = Setting("period", default: 1, in: 1...1000, "every k-th", from: .paper("4.1"))
  private static let reuse = Setting("reuse", default: true, "reuse", from: .paper("4.4"))
  private static let tail = Setting("tail", default: Tail.last, "which layers", from: .assumed("smallest"))
  private let declared: [any SettingKey] = [rho, period, reuse, tail]

  private func message(_ given: [String: Value]) -> String? {
    do throws(SettingsError) {
      _ = try Settings(declared, given: given, owner: "method vsam")
      return nil
    } catch {
      return error.description
    }
  }

  @Test("given values override the defaults")
  func overlay() throws {
    let settings = try Settings(declared, given: ["period": 5, "tail": "all"], owner: "method vsam")
    #expect(settings[Self.period] == 5 && settings[Self.tail] == .all)
    #expect(settings[Self.rho] == 0.05 && settings[Self.reuse])
    #expect(settings.object.canonicalJSON == #"{"period":5,"reuse":true,"rho":0.05,"tail":"all"}"#)
  }

  @Test("a setting that was added later is part of the identity only if it differs from its default")
  func addedLater() throws {
    let noise = Setting("noise", default: 0.0, in: 0...1, "share", from: .paper("4.1")).addedLater
    func object(_ given: [String: Value]) throws -> String {
      try Settings(declared + [noise], given: given, owner: "x").object.canonicalJSON
    }
    let before = try Settings(declared, owner: "x").object.canonicalJSON
    #expect(try object([:]) == before)
    #expect(try object(["noise": 0]) == before, "its default said aloud is its default")
    #expect(try object(["noise": 0.4]).contains(#""noise":0.4"#))
    let noisy = try Settings(declared + [noise], given: ["noise": 0.4, "rho": 1], owner: "x")
    #expect(noisy.departures == ["noise": 0.4])
    let part = Setting("part", default: 0, in: 0...9, "count", from: .paper("4.1")).addedLater.choosingData
    let chosen = try Settings(declared + [part], given: ["part": 3], owner: "x")
    #expect(chosen.departures.isEmpty && chosen.object.canonicalJSON.contains(#""part":3"#))
    #expect(try Settings(declared + [noise], owner: "x")[noise] == 0)
  }

  @Test("an integer is accepted as a number and equals it")
  func integerAsNumber() throws {
    let a = try Settings(declared, given: ["rho": 1], owner: "x")
    #expect(try a == Settings(declared, given: ["rho": 1.0], owner: "x"))
    #expect(a[Self.rho] == 1)
  }

  @Test("an undeclared setting or a default out of range is a programming error")
  func mistakes() async {
    await #expect(processExitsWith: .failure) {
      _ = try Settings([SettingsTests.rho], owner: "x")[SettingsTests.period]
    }
    await #expect(processExitsWith: .failure) {
      _ = Setting("rho", default: 2.0, in: 0..<1, "", from: .assumed(""))
    }
  }

  @Test("an unknown key names its owner, the nearest key and all known ones")
  func unknown() {
    #expect(
      message(["perod": 5])
        == "method vsam has no setting named 'perod'. Did you mean 'period'? Known: rho, period, reuse, tail.")
    #expect(message(["zzz": 5]) == "method vsam has no setting named 'zzz'. Known: rho, period, reuse, tail.")
  }

  @Test(
    "the error for a value of the wrong type or out of range lists what is allowed",
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

  @Test("bounds are included unless they are open")
  func bounds() {
    let kind = SettingKind.number(0...1, openAbove: true)
    #expect(kind.accept(0) == 0.0 && kind.accept(0.999) == 0.999)
    #expect(kind.accept(1) == nil && kind.accept(-0.1) == nil && kind.accept(true) == nil)
    #expect(SettingKind.integer(1...Int.max).allowed == "an integer >= 1")
  }
}
