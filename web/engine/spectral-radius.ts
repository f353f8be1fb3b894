// How large a square matrix makes what it is applied to again and again: the spectral radius, the largest magnitude of its eigenvalues.

const SETTLING = 100;
const MEASURED = 400;

/** The spectral radius of a matrix [n, n] by rows: the mean growth of a vector's logarithm under it (Gelfand 1941). */
export function spectralRadius(matrix: ArrayLike<number>, n: number): number {
  let vector = Float64Array.from({ length: n }, (_, index) => 1 + (index % 3) / 7);
  let logarithms = 0;
  for (let power = 0; power < SETTLING + MEASURED; power++) {
    const next = new Float64Array(n);
    for (let row = 0; row < n; row++)
      for (let column = 0; column < n; column++) next[row] += matrix[row * n + column] * vector[column];
    const norm = Math.hypot(...next);
    if (norm === 0) return 0;
    if (power >= SETTLING) logarithms += Math.log(norm);
    vector = next.map((each) => each / norm);
  }
  return Math.exp(logarithms / MEASURED);
}

/** Scales a matrix in place so that it has this spectral radius; a matrix whose radius is 0 stays. */
export function scaleToRadius(matrix: Float32Array | Float64Array, n: number, radius: number): void {
  const found = spectralRadius(matrix, n);
  if (found === 0) return;
  for (let index = 0; index < matrix.length; index++) matrix[index] *= radius / found;
}
