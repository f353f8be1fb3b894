import { type ModelFiles, openModel } from "unrolled";

/** What a classifier of numbers that reads forwards says after each step of a recording [T][F]. */
export async function streamedLabels(
  place: URL | ModelFiles,
  recording: readonly (readonly number[])[],
): Promise<readonly { readonly label: string; readonly logits: readonly number[] }[]> {
  const model = await openModel(place as URL, { task: "classify" });
  const { reading } = model.madeBy!.options as {
    reading: { labels: string[]; scaler: { mean: number[]; deviation: number[] } };
  };
  const { labels, scaler } = reading;
  const session = model.session();
  const said: { label: string; logits: number[] }[] = [];
  for (const row of recording) {
    const xs = Float32Array.from(row, (value, at) => (value - scaler.mean[at]) / scaler.deviation[at]);
    const { logits } = await session.step({ xs } as never);
    const numbers = Array.from(logits.data);
    said.push({ label: labels[numbers.indexOf(Math.max(...numbers))], logits: numbers });
  }
  return said;
}
