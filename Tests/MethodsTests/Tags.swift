import Testing

extension Tag {
  /// Numbers with a source outside this program: a table of a paper, a list worked by hand.
  @Tag static var golden: Self
}
