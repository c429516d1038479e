import Core

/// Mean over windows of size x size with stride `size`: y `[N, (H / size) * (W / size), C]` from x `[N, H * W, C]`.
package func averagePoolForward(
  _ x: Floats, batch: Int, height: Int, width: Int, channels: Int, size: Int, into y: MutableFloats, pool: WorkerPool
) {
  let (rows, columns) = (height / size, width / size)
  let factor = 1 / Float(size * size)
  pool.run(units: batch) { n, _ in
    let image = x + n * height * width * channels
    for row in 0..<rows {
      for column in 0..<columns {
        let out = y + ((n * rows + row) * columns + column) * channels
        let corner = image + (row * size * width + column * size) * channels
        for c in 0..<channels { out[c] = corner[c] }
        for i in 1..<max(size * size, 1) {
          let p = corner + (i / size * width + i % size) * channels
          for c in 0..<channels { out[c] += p[c] }
        }
        for c in 0..<channels { out[c] *= factor }
      }
    }
  }
}

/// dx = dy / size^2 spread over each window, or added to dx. Pixels outside every window get zero.
package func averagePoolBackward(
  _ dy: Floats, batch: Int, height: Int, width: Int, channels: Int, size: Int, into dx: MutableFloats, adding: Bool,
  pool: WorkerPool
) {
  let (rows, columns) = (height / size, width / size)
  let factor = 1 / Float(size * size)
  pool.run(units: batch) { n, _ in
    let image = dx + n * height * width * channels
    if !adding { image.update(repeating: 0, count: height * width * channels) }
    for row in 0..<rows {
      for column in 0..<columns {
        let d = dy + ((n * rows + row) * columns + column) * channels
        let corner = image + (row * size * width + column * size) * channels
        for i in 0..<size * size {
          let p = corner + (i / size * width + i % size) * channels
          for c in 0..<channels { p[c] += factor * d[c] }
        }
      }
    }
  }
}
