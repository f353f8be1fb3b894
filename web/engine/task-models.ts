// Models of other tasks than the next token: classifiers, taggers, forecasters; what they read and what they say at each step.
import { UnrolledError } from "unrolled";
import { traceNetwork } from "unrolled/inspect";
import type { TaskModel } from "unrolled/network";
import { numbersIn } from "./numbers-in.ts";
import type { ModelSummary, Reading, Slot } from "./protocol.ts";

/** A model whose task says something of each step. */
export type LookedModel = TaskModel<unknown, unknown>;

/** What a task's model has read last, as it was given, to be asked about. */
export interface LookedAt {
  readonly model: LookedModel;
  readonly input: unknown;
  readonly look: Awaited<ReturnType<LookedModel["look"]>>;
  readonly reading: Reading;
}

const newest = new Map<Slot, LookedAt>();

/** What the slot's model has read last. */
export function lookedAt(slot: Slot): LookedAt {
  const found = newest.get(slot);
  if (found) return found;
  throw new UnrolledError("invalid-argument", { call: "explorer", problem: "nothing has been read yet" });
}

/** Most steps that are looked at: for each of them what was read so far is read again. */
const MOST_STEPS = 400;

/** How a task's model reads numbers: names of its columns, and the middle and the spread of each. */
interface Columns {
  readonly names: readonly string[];
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
  readonly steps: number;
  readonly season: number;
}

/** A text or numbers as the slot's model has read them, which it is asked about from now on. */
export async function readInSlot(slot: Slot, model: LookedModel, text: string): Promise<Reading> {
  if (model.task === "translate") return (await import("./translating.ts")).readTranslation(model, text);
  if (model.task === "caption") return (await import("./describing.ts")).nothingRead(text);
  const found = await readTask(model, text);
  newest.set(slot, { model, ...found });
  return structuredClone(found.reading);
}

/** What the page is told of an open model. */
export async function taskSummary(model: LookedModel): Promise<ModelSummary> {
  if (model.task === "translate") return (await import("./translating.ts")).translatorSummary(model);
  if (model.task === "caption") return (await import("./describing.ts")).describerSummary(model);
  const columns = columnsOf(model);
  const sample = columns ? sampleOf(columns) : undefined;
  const { network } = model;
  const { trace, task } = (await readTask(model, sample ?? "the")).reading;
  const [layer] = trace.layers;
  return {
    cell: layer.cell === "rnn" ? "elman" : layer.cell,
    numLayers: trace.layers.length,
    hiddenSize: layer.hiddenSize,
    embeddingSize: trace.inputs.length / trace.steps,
    parameters: network.parameterCount(),
    tokens: task!.names,
    bitsPerCharacter: undefined,
    backend: network.device.backend,
    task: { name: model.task!, columns: columns?.names, sample },
  };
}

async function readTask(model: LookedModel, text: string): Promise<Omit<LookedAt, "model">> {
  const columns = columnsOf(model);
  const input = columns ? inputOf(model, text, columns) : text;
  if (typeof input === "string" && input.trim() === "")
    throw new UnrolledError("invalid-argument", { call: "explorer", problem: "the text is empty" });
  const cut = Array.isArray(input) && model.task !== "forecast" ? input.slice(0, MOST_STEPS) : input;
  const given = typeof cut === "string" ? cut.slice(0, 4 * MOST_STEPS) : cut;
  const look = await model.look(given);
  const found = traceNetwork(model.network, look.inputs);
  const { names, said, words, answer, pieces } = look;
  const steps = found.steps;
  const [layer] = found.layers;
  const reading = {
    text,
    pieces: typeof input === "string" ? spaced(pieces) : pieces,
    unknownSteps: [],
    charactersLeft: 0,
    trace: {
      steps,
      ids: new Int32Array(steps),
      inputs: layer.xs,
      layers: found.layers,
      outputs: said,
      lossNats: new Float32Array(steps).fill(Number.NaN),
    },
    task: {
      name: model.task!,
      names,
      words,
      directions: found.layers.map(({ direction }) => direction),
      answer: structuredClone(answer) as Readonly<Record<string, unknown>>,
      ...(model.task === "tag" ? await transitionsOf(model) : {}),
    },
  };
  return { input: given, look, reading };
}

/** The scores of a CRF's transitions [K·K], if there is one. */
async function transitionsOf({ network }: LookedModel): Promise<{ readonly transitions?: Float32Array }> {
  const state = await network.stateDict();
  const scores = state["crf.transitions"];
  return scores ? { transitions: Float32Array.from(scores.data) } : {};
}

/** Words stand apart where their pieces have no white space of their own. */
function spaced(pieces: readonly string[]): readonly string[] {
  return pieces.some((piece) => /^\s|\s$/.test(piece)) || pieces.every((piece) => [...piece].length <= 1)
    ? pieces
    : pieces.map((piece, at) => (at === 0 ? piece : ` ${piece}`));
}

interface OptionsOfTasks {
  readonly reading?: {
    readonly tokenizer?: unknown;
    readonly words?: unknown;
    readonly features?: readonly string[];
    readonly scaler?: { readonly mean: readonly number[]; readonly deviation: readonly number[] };
    readonly window?: number | null;
    readonly columns?: { readonly targets: readonly string[] };
    readonly context?: number;
    readonly season?: number;
    readonly deviation?: readonly number[];
  };
}

/** Undefined for a model that reads texts. */
export function columnsOf({ madeBy }: LookedModel): Columns | undefined {
  const { reading } = (madeBy?.options ?? {}) as OptionsOfTasks;
  if (!reading || reading.tokenizer !== undefined || reading.words !== undefined) return undefined;
  const { features, scaler, window, columns, context = 24, season = 1, deviation } = reading;
  const names = columns?.targets ?? features ?? [];
  return {
    names,
    mean: scaler?.mean ?? names.map(() => 0),
    deviation: scaler?.deviation ?? deviation ?? names.map(() => 1),
    steps: columns ? context : Math.min(window ?? 32, 64),
    season: season > 1 ? season : 12,
  };
}

/** Numbers as the task's `predict` takes them. */
function inputOf({ task }: LookedModel, text: string, { names }: Columns): unknown {
  const rows = numbersIn(text, names);
  if (task !== "forecast") return rows;
  return names.length === 1 ? rows.flat() : { values: rows };
}

/** In steps of about a thousandth of a spread. */
function rounded(value: number, spread: number): number {
  const digits = Math.max(0, Math.min(12, 3 - Math.ceil(Math.log10(spread || 1))));
  return Number(value.toFixed(digits)) + 0;
}

/** Waves to begin with, as wide as what the model has learned from. */
function sampleOf({ mean, deviation, steps, season, names }: Columns): string {
  const rows = Array.from({ length: steps }, (_, step) =>
    names
      .map((_, at) => mean[at] + deviation[at] * Math.sin((2 * Math.PI * (step + 3 * at)) / season))
      .map((value, at) => String(rounded(value, deviation[at])))
      .join(", "),
  );
  return rows.join(names.length === 1 ? ", " : "\n");
}
