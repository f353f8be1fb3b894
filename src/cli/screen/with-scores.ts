import colors from "picocolors";

/** Texts with what they are compared by in front of them; all but the first are dim. */
export function withScores(
  texts: readonly { readonly text: string; readonly score: number }[],
): readonly string[] {
  const scores = texts.map(({ score }) => score.toFixed(3));
  const width = Math.max(...scores.map((score) => score.length));
  return texts.map(({ text }, at) => {
    const line = `${scores[at].padStart(width)}  ${text}`;
    return at === 0 ? line : colors.dim(line);
  });
}
