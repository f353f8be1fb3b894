// What a model does as it reads, for the picture that links to its page show.
import type { Tokenizer } from "../../data/tokenizers/tokenizer.ts";
import { UnrolledError } from "../../errors.ts";
import { trace } from "../../inspect/trace.ts";
import { traceNetwork } from "../../inspect/trace-network.ts";
import type { Network } from "../../networks/network.ts";
import type { TaskModel } from "../../open/task-model.ts";
import type { ExploredReading } from "./explored-picture.ts";

/** Steps that a picture has room for. */
const MOST_STEPS = 64;
/** What a model reads that writes nothing. */
const SENTENCE = "To be, or not to be, that is the question";

/** Undefined for a text of no tokens. */
export function readingOfText(
  network: Network,
  tokenizer: Tokenizer,
  text: string,
): ExploredReading | undefined {
  const ids = tokenizer.encode(text).slice(0, MOST_STEPS);
  if (ids.length === 0) return undefined;
  const stream = tokenizer.stream();
  return { pieces: Array.from(ids, (id) => stream.push(id)), layer: trace(network, ids).layers[0] };
}

/** Of a text, or of the numbers that stand in it. Undefined for a task that nobody looks into, and for input that it cannot read. */
export async function readingOfTask(
  model: TaskModel<never, unknown>,
  text: string | undefined,
): Promise<ExploredReading | undefined> {
  const { columns, input } = inputOf(model, text);
  try {
    const { inputs, pieces } = await model.look(input as never);
    const { layers, steps } = traceNetwork(model.network, inputs);
    const shown = Math.min(steps, MOST_STEPS);
    const [{ states, widths }] = layers;
    const h = states.h.subarray(0, (shown + 1) * widths.h);
    // Numbers have no room below their steps.
    const letters = columns === 0 ? pieces.slice(0, shown) : new Array<string>(shown).fill("");
    return { pieces: letters, layer: { states: { h }, widths } };
  } catch (error) {
    if (error instanceof UnrolledError) return undefined;
    throw error;
  }
}

/** A text as it is; for a model that reads numbers those that stand in it, a row a line, or else waves. */
function inputOf(
  { madeBy, task }: TaskModel<never, unknown>,
  text: string | undefined,
): { readonly columns: number; readonly input: unknown } {
  const { reading } = (madeBy?.options ?? {}) as {
    readonly reading?: {
      readonly features?: readonly string[];
      readonly columns?: { readonly targets?: readonly string[] };
    };
  };
  const columns = (reading?.columns?.targets ?? reading?.features ?? []).length;
  if (columns === 0) return { columns, input: text ?? SENTENCE };
  const rows =
    text === undefined
      ? Array.from({ length: 32 }, (_, step) =>
          Array.from({ length: columns }, (_, column) => Math.sin(step / 2 + column)),
        )
      : text.split(/\r?\n/).map((line) =>
          line
            .split(/[\s,;]+/)
            .filter(Boolean)
            .map(Number),
        );
  if (task !== "forecast") return { columns, input: rows };
  return { columns, input: columns === 1 ? rows.flat() : { values: rows } };
}
