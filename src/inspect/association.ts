/**
 * How well numbers [T] tell whether a feature [T] is there: the probability that they are larger where it is than where it is not
 * (area under the ROC curve; Hanley & McNeil 1982), ties counting half. `ranks` are theirs from `ranksOf`. Undefined where the feature
 * is there, or is not, fewer than `least` times.
 */
export function areaUnderCurve(
  ranks: Float64Array,
  feature: Float32Array,
  least: number,
): number | undefined {
  let [there, sum] = [0, 0];
  for (let t = 0; t < ranks.length; t++) {
    if (feature[t] === 0) continue;
    there += 1;
    sum += ranks[t];
  }
  const absent = ranks.length - there;
  if (there < least || absent < least) return undefined;
  return (sum - (there * (there + 1)) / 2) / (there * absent);
}

/** Ranks from 1, equal numbers sharing the mean of theirs. */
export function ranksOf(numbers: Float32Array): Float64Array {
  const order = Uint32Array.from({ length: numbers.length }, (_, t) => t).sort(
    (a, b) => numbers[a] - numbers[b],
  );
  const ranks = new Float64Array(numbers.length);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && numbers[order[end]] === numbers[order[start]]) end++;
    for (let place = start; place < end; place++) ranks[order[place]] = (start + 1 + end) / 2;
    start = end;
  }
  return ranks;
}

/** Pearson's correlation; 0 where either does not vary. */
export function correlation(one: ArrayLike<number>, other: ArrayLike<number>): number {
  const count = one.length;
  let [meanOne, meanOther] = [0, 0];
  for (let t = 0; t < count; t++) {
    meanOne += one[t] / count;
    meanOther += other[t] / count;
  }
  let [product, squaresOne, squaresOther] = [0, 0, 0];
  for (let t = 0; t < count; t++) {
    const [a, b] = [one[t] - meanOne, other[t] - meanOther];
    product += a * b;
    squaresOne += a * a;
    squaresOther += b * b;
  }
  const scale = Math.sqrt(squaresOne * squaresOther);
  return scale > 0 ? product / scale : 0;
}
