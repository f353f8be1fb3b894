// Three writers share one model and write at once, one matrix product for all of them. One leaves, is kept as bytes, and comes back
// later exactly where it was; another is forked, to go on in two ways.
import { openModel } from "unrolled";
import type { PooledSession } from "unrolled/network";

const model = await openModel(process.argv[2] ?? "models/play", { task: "language" });
const pool = model.pool();
const { tokenizer } = model;
const { vocabularySize } = tokenizer;

/** A reader of the model, and the text it has read and written; the last token is yet to be read. */
type Writer = { session: PooledSession; ids: number[] };

/** Each of these writers reads its last token and writes the likeliest one after it. */
function write(writers: readonly Writer[], tokens: number): void {
  const sessions = writers.map(({ session }) => session);
  const logits = new Float32Array(writers.length * vocabularySize);
  for (let step = 0; step < tokens; step++) {
    const last = writers.map(({ ids }) => ids.at(-1) as number);
    pool.stepInto(sessions, { ids: last }, { logits });
    for (const [index, { ids }] of writers.entries()) {
      const row = logits.subarray(index * vocabularySize, (index + 1) * vocabularySize);
      ids.push(row.indexOf(Math.max(...row)));
    }
  }
}

const idsOf = (text: string) => [...tokenizer.encode(text)];
const [first, second, third] = ["T", "c", "S"].map((text) => ({ session: pool.open(), ids: idsOf(text) }));
write([first, second, third], 20);
const bytes = first.session.state();
first.session.close();
write([second, third], 20);
const fork = { session: second.session.fork(), ids: [...second.ids.slice(0, -1), ...idsOf("p")] };
const back = { session: pool.open(bytes), ids: first.ids };
write([back, second, third, fork], 20);
for (const { ids } of [back, second, third, fork]) console.log(JSON.stringify(tokenizer.decode(ids)));
