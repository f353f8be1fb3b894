// The worker in which the engine runs: answers one question after the other, and skips those that are not wanted any more.
import { UnrolledError } from "unrolled";
import { type Answers, breathe } from "./answers.ts";
import { modelAnswers } from "./models.ts";
import type { FromWorker, Kind, ToWorker } from "./protocol.ts";
import { readingAnswers } from "./reading.ts";

type Early = keyof typeof early;
type Later = Exclude<Kind, Early>;

/** What a page needs at once, to show what a model has read. */
const early = { ...modelAnswers, ...readingAnswers };

const describing = async () => (await import("./describing.ts")).describingAnswers;
const following = async () => (await import("./following.ts")).followingAnswers;
const hearing = async () => (await import("./hearing.ts")).hearingAnswers;
const inspecting = async () => (await import("./inspecting.ts")).inspectingAnswers;
const interfering = async () => (await import("./interfering.ts")).interferingAnswers;
const listening = async () => (await import("./listening.ts")).listeningAnswers;
const ofTasks = async () => (await import("./task-inspecting.ts")).taskAnswers;
const training = async () => (await import("./training.ts")).trainingAnswers;

const weights = async () => (await import("./weights.ts")).weightAnswers;

/** What is fetched when it is first asked for. */
const later: { readonly [K in Later]: () => Promise<Answers<K>> } = {
  step: following,
  branch: following,
  order: following,
  units: inspecting,
  gradients: inspecting,
  attribution: inspecting,
  reach: inspecting,
  cells: inspecting,
  saidGradients: ofTasks,
  saidReach: ofTasks,
  interfere: interfering,
  describe: describing,
  listen: listening,
  weights,
  hearOpen: hearing,
  hearFeed: hearing,
  hearEnd: hearing,
  trainOpen: training,
  trainAdvance: training,
  trainFiles: training,
  trainSave: training,
};

async function answersTo(kind: Kind): Promise<Partial<Answers<Kind>>> {
  return kind in early ? early : await later[kind as Later]();
}

const unanswered = new Map<number, AbortController>();
let last: Promise<void> = Promise.resolve();

globalThis.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  if ("abort" in data) return unanswered.get(data.id)?.abort();
  const controller = new AbortController();
  unanswered.set(data.id, controller);
  last = last.then(async () => {
    await breathe();
    if (!controller.signal.aborted) await answer(data.id, data.kind, data.question, controller.signal);
    unanswered.delete(data.id);
  });
};

async function answer(id: number, kind: Kind, question: unknown, signal: AbortSignal): Promise<void> {
  const reply = (message: FromWorker, transfer: Transferable[] = []) =>
    globalThis.postMessage(message, { transfer });
  try {
    const ask = (await answersTo(kind))[kind] as (question: unknown, asked: unknown) => unknown;
    const found = await ask(question, { signal, tell: (telling: unknown) => reply({ id, telling }) });
    reply({ id, answer: found }, buffersIn(found));
  } catch (error) {
    const failure =
      error instanceof UnrolledError
        ? { code: error.code, message: error.textFor() }
        : { code: "unexpected", message: error instanceof Error ? error.message : String(error) };
    reply({ id, failure });
  }
}

/** The memory of all arrays in an answer, which is handed over, not copied. */
function buffersIn(value: unknown, found: Set<ArrayBuffer> = new Set()): ArrayBuffer[] {
  if (ArrayBuffer.isView(value)) {
    if (value.buffer instanceof ArrayBuffer) found.add(value.buffer);
  } else if (typeof value === "object" && value !== null) {
    for (const part of Object.values(value)) buffersIn(part, found);
  }
  return [...found];
}
