/** log Σ exp(x), taken relative to the largest entry so that nothing overflows. */
export function logSumOf(heap: Float32Array | Float64Array, x: number, n: number): number {
  let largest = heap[x];
  for (let j = 1; j < n; j++) largest = Math.max(largest, heap[x + j]);
  let sum = 0;
  for (let j = 0; j < n; j++) sum += Math.exp(heap[x + j] - largest);
  return largest + Math.log(sum);
}

/** The same of a list; −∞ where all are, or none is there. */
export function logSum(terms: readonly number[]): number {
  const largest = Math.max(...terms);
  return largest === -Infinity ? largest : logSumOf(Float64Array.from(terms), 0, terms.length);
}
