/**
 * A matrix [rows, columns], row-major, whose rows are of length 1 at right angles to one another, or its columns where there are more rows.
 * Numbers of a normal distribution are made orthogonal one vector after the other (Gram & Schmidt, twice over, so that roundings do not
 * gather), and every orthogonal matrix is as likely as any other.
 */
export function orthogonalRows(rows: number, columns: number, normal: () => number): Float64Array {
  const [count, length] = rows <= columns ? [rows, columns] : [columns, rows];
  const vectors = Float64Array.from({ length: count * length }, normal);
  for (let i = 0; i < count; i++) {
    for (let pass = 0; pass < 2; pass++)
      for (let j = 0; j < i; j++) subtractPart(vectors, i * length, j * length, length);
    const size = Math.sqrt(dot(vectors, i * length, i * length, length));
    for (let k = 0; k < length; k++) vectors[i * length + k] /= size;
  }
  if (rows <= columns) return vectors;
  return Float64Array.from(vectors, (_, at) => vectors[(at % columns) * length + Math.floor(at / columns)]);
}

/** Takes out of the vector at i what lies along that at j, which has the length 1. */
function subtractPart(vectors: Float64Array, i: number, j: number, length: number): void {
  const part = dot(vectors, i, j, length);
  for (let k = 0; k < length; k++) vectors[i + k] -= part * vectors[j + k];
}

function dot(vectors: Float64Array, i: number, j: number, length: number): number {
  let sum = 0;
  for (let k = 0; k < length; k++) sum += vectors[i + k] * vectors[j + k];
  return sum;
}
