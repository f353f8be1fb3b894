// Power iteration with two-step Arnoldi: from v, the matrix on span{v, Av} is a 2 × 2 matrix whose eigenvalues are, in the end, the
// largest of A, be that one, two of opposite sign, or a complex pair (Saad, "Numerical methods for large eigenvalue problems", 1992).
import { Generator } from "../random/philox.ts";

/** Multiplies a vector by a matrix: overwrites `product` [n] by A·`vector` [n]. */
export type Multiply = (vector: Float64Array, product: Float64Array) => void;

/** The largest magnitude of an eigenvalue of A [n, n], to about `tolerance` where `iterations` products suffice. */
export function spectralRadius(
  n: number,
  multiply: Multiply,
  { iterations = 1000, tolerance = 1e-9 }: { readonly iterations?: number; readonly tolerance?: number } = {},
): number {
  const v = startingVector(n);
  let a = new Float64Array(n);
  let b = new Float64Array(n);
  multiply(v, a);
  let radius = 0;
  let steady = 0;
  for (let iteration = 0; iteration < iterations && steady < 5; iteration++) {
    const length = Math.sqrt(dot(a, a));
    if (length < Number.MIN_VALUE * 2 ** 60) return 0;
    multiply(a, b);
    const next = largestRitz(v, a, b);
    steady = Math.abs(next - radius) <= tolerance * next ? steady + 1 : 0;
    radius = next;
    for (let index = 0; index < n; index++) {
      v[index] = a[index] / length;
      b[index] /= length;
    }
    [a, b] = [b, a];
  }
  return radius;
}

/** The largest singular value of a matrix [rows, n], row-major: its norm. */
export function spectralNorm(matrix: ArrayLike<number>, rows: number, n: number): number {
  const between = new Float64Array(rows);
  const largest = scaleOf(matrix);
  if (largest === 0) return 0;
  // Squares of tiny entries would be lost.
  const squared = spectralRadius(
    n,
    (vector, product) => {
      product.fill(0);
      for (let i = 0; i < rows; i++) {
        let total = 0;
        for (let j = 0; j < n; j++) total += (matrix[i * n + j] / largest) * vector[j];
        between[i] = total;
      }
      for (let i = 0; i < rows; i++)
        for (let j = 0; j < n; j++) product[j] += (matrix[i * n + j] / largest) * between[i];
    },
    { iterations: 200, tolerance: 1e-7 },
  );
  return Math.sqrt(squared) * largest;
}

/** A matrix [n, n], row-major, as something to multiply by. */
export function times(matrix: ArrayLike<number>): Multiply {
  return (vector, product) => multiply(matrix, vector, product);
}

/** Overwrites `product` [m] by a matrix [m, n], row-major, times `vector` [n]. */
export function multiply(matrix: ArrayLike<number>, vector: Float64Array, product: Float64Array): void {
  const n = vector.length;
  for (let i = 0; i < product.length; i++) {
    let total = 0;
    for (let j = 0; j < n; j++) total += matrix[i * n + j] * vector[j];
    product[i] = total;
  }
}

/** The largest magnitude of an eigenvalue of A on span{v, Av}, with |v| = 1, a = Av, b = A²v. */
function largestRitz(v: Float64Array, a: Float64Array, b: Float64Array): number {
  const alpha = dot(v, a);
  const aa = dot(a, a);
  const beta = Math.sqrt(Math.max(0, aa - alpha * alpha));
  if (beta <= 1e-7 * Math.sqrt(aa)) return Math.abs(alpha);
  // u = (a − αv)/β and Au = (b − αa)/β.
  const [vb, ab] = [dot(v, b), dot(a, b)];
  const vAu = (vb - alpha * alpha) / beta;
  const uAu = (ab - alpha * aa - alpha * (vb - alpha * alpha)) / (beta * beta);
  const [half, determinant] = [(alpha + uAu) / 2, alpha * uAu - beta * vAu];
  const discriminant = half * half - determinant;
  return discriminant >= 0 ? Math.abs(half) + Math.sqrt(discriminant) : Math.sqrt(Math.max(0, determinant));
}

/** No direction is forgotten, and it is the same one every time. */
function startingVector(n: number): Float64Array {
  const generator = new Generator(1);
  const vector = Float64Array.from({ length: n }, () => generator.uniform() - 0.5);
  const length = Math.sqrt(dot(vector, vector));
  return vector.map((entry) => entry / length);
}

function dot(one: Float64Array, other: Float64Array): number {
  let total = 0;
  for (let index = 0; index < one.length; index++) total += one[index] * other[index];
  return total;
}

function scaleOf(matrix: ArrayLike<number>): number {
  let largest = 0;
  for (let index = 0; index < matrix.length; index++) largest = Math.max(largest, Math.abs(matrix[index]));
  return largest;
}
