import Core
import Testing

@testable import Kernels

/// Products in panels, held to the definition bit for bit: every element a chain of fused multiply-adds in the order of
/// the depth, what is added to added last.
@Suite(.enabled(if: PanelProduct.isOwn, "this build uses OpenBLAS for products"))
struct PanelProductTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let rows: Int
    let depth: Int
    let panels: Int
    let isPanel: Bool
    let adding: Bool
    var testDescription: String { "\(rows) rows, depth \(depth), \(panels) panels, \(isPanel ? "panel" : "rows")" }
  }

  static let cases: [Case] =
    [1, 3, 4, 5, 6, 7, 8, 11, 12, 13, 16].flatMap { rows in
      [1, 3, 4, 5, 17, 300].flatMap { depth in
        [1, 2, 3].flatMap { panels in
          [true, false].map {
            Case(rows: rows, depth: depth, panels: panels, isPanel: $0, adding: (rows + depth + panels) % 2 == 0)
          }
        }
      }
    } + [Case(rows: 61, depth: 33, panels: 5, isPanel: false, adding: true)]

  @Test("Both blockings give the bits of the definition and write nothing else", arguments: cases)
  func definition(_ test: Case) {
    let bench = Workbench()
    let (rows, depth, panels) = (test.rows, test.depth, test.panels)
    let left = Workbench.random(rows * depth, seed: 1)
    let right = Workbench.random(panels * depth * 16, seed: 2)
    let before = Workbench.random(panels * rows * 16, seed: 3)
    // Strides larger than the rows, and NaNs in the gaps.
    let (aStride, bStride) = (test.isPanel ? 16 : depth + 5, depth * 16 + 32)
    let (rowStride, panelStride) = (16 * panels + 7, 16)
    let (a, b) = (
      bench.buffer(count: test.isPanel ? depth * 16 : rows * aStride), bench.buffer(count: panels * bStride)
    )
    for row in 0..<rows {
      for d in 0..<depth { a[test.isPanel ? d * aStride + row : row * aStride + d] = left[row * depth + d] }
    }
    for panel in 0..<panels {
      for i in 0..<depth * 16 { b[panel * bStride + i] = right[panel * depth * 16 + i] }
    }
    for blocking in [PanelProduct.Blocking.narrow, .wide] {
      let c = bench.buffer(count: rows * rowStride)
      for row in 0..<rows {
        for column in 0..<16 * panels { c[row * rowStride + column] = before[row * 16 * panels + column] }
      }
      PanelProduct.multiply(
        test.isPanel ? .panel(a) : .rows(a, stride: aStride), rows: rows, depth: depth,
        PanelProduct.Right(elements: b, count: panels, stride: bStride),
        into: PanelProduct.Result(elements: c, rowStride: rowStride, panelStride: panelStride), adding: test.adding,
        blocking: blocking)
      for row in 0..<rows {
        for column in 0..<16 * panels {
          var sum: Float = 0
          for d in 0..<depth {
            sum.addProduct(left[row * depth + d], right[column / 16 * depth * 16 + d * 16 + column % 16])
          }
          let expected = test.adding ? before[row * 16 * panels + column] + sum : sum
          #expect(c[row * rowStride + column] == expected, "\(blocking), row \(row), column \(column)")
        }
        for gap in 16 * panels..<rowStride { #expect(c[row * rowStride + gap].isNaN, "\(blocking), row \(row)") }
      }
    }
  }
}
