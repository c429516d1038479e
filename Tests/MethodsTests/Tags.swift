import Testing

extension Tag {
  /// Numbers with an origin outside this program: a paper's table, a list worked by hand.
  @Tag static var golden: Self
}
