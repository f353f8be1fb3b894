// The sessions of one model on one thread.

import { Ranking } from "../../decoding/ranking.ts";
import { nextTokenWeights } from "../../decoding/softmax.ts";
import { UnrolledError } from "../../errors.ts";
import type { GivenCondition } from "../../tasks/language/condition/condition.ts";
import type { ConditionRow } from "../../tasks/language/condition/condition-row.ts";
import { fedRows, rowWidth } from "./fed-rows.ts";
import { type FedRows, FeedStepper } from "./feed-stepper.ts";
import type { Job } from "./job.ts";
import { LiveSession } from "./live-session.ts";
import type { FeedWork, LikelyToken, SessionView, SessionWork } from "./protocol.ts";
import type { ServedLanguage } from "./served-language.ts";
import type { Stepped, StepRows } from "./stepped.ts";

export class ServedSessions {
  readonly #stepped: Stepped;
  readonly #language: ServedLanguage | undefined;
  readonly #done: (job: Job, result: unknown) => void;
  readonly #sessions = new Map<number, LiveSession>();

  constructor(
    stepped: Stepped,
    language: ServedLanguage | undefined,
    done: (job: Job, result: unknown) => void,
  ) {
    this.#stepped = stepped;
    this.#language = language;
    this.#done = done;
  }

  /** @throws UnrolledError for a session that is not there */
  get(session: number): LiveSession {
    const found = this.#sessions.get(session);
    if (found) return found;
    throw new UnrolledError("aborted", "the session has gone");
  }

  begin(job: Job, work: SessionWork): void {
    switch (work.kind) {
      case "join": {
        const { record, condition } = work;
        const session = record
          ? LiveSession.of(this.#stepped.pool, record)
          : new LiveSession(this.#stepped.pool.open(), this.#conditionOf(condition));
        this.#sessions.set(work.session, session);
        this.#done(job, { steps: session.steps });
        return;
      }
      case "feed":
        this.#feed(job, this.get(work.session), work);
        return;
      case "look":
        this.#done(job, this.#view(this.get(work.session), work.top));
        return;
      case "record":
        this.#done(job, this.get(work.session).record());
        return;
      case "restore": {
        const session = this.get(work.session);
        session.restore(work.record);
        this.#done(job, { steps: session.steps });
        return;
      }
      case "fork": {
        const session = this.get(work.session);
        for (const as of work.as) this.#sessions.set(as, session.fork());
        this.#done(job, { steps: session.steps });
        return;
      }
      case "leave":
        this.#sessions.get(work.session)?.pooled.close();
        this.#sessions.delete(work.session);
        this.#done(job, { steps: 0 });
    }
  }

  #conditionOf(given: GivenCondition | undefined): ConditionRow | undefined {
    if (this.#language) return this.#language.conditionOf(given);
    if (given === undefined) return undefined;
    throw new UnrolledError("invalid-argument", {
      subject: [{ option: "condition" }],
      got: JSON.stringify(given),
      needed: "none: this model writes no texts",
    });
  }

  #feed(job: Job, session: LiveSession, work: FeedWork): void {
    const ids = this.#language && this.#idsOf(session, work);
    const rows = ids ? this.#rowsOf(session, ids) : fedRows(this.#stepped.pool.inputs, work.inputs ?? {});
    if (rows.steps === 0) {
      this.#done(job, this.#view(session, work.top));
      return;
    }
    // More than one step is taken by a fork, so that nothing is left half read.
    const own = rows.steps === 1 ? session.pooled : session.pooled.fork();
    const widths = this.#stepped.pool.outputs.map((value) => [value.name, rowWidth(value)] as const);
    const outputs: Record<string, number[][]> | undefined = ids
      ? undefined
      : Object.fromEntries(widths.map(([name]) => [name, []]));
    let last: Readonly<Record<string, Float32Array>> | undefined;
    const said = (all: StepRows, row: number, step: number) => {
      const rowOf = (name: string, width: number) => all[name].subarray(row * width, (row + 1) * width);
      if (outputs) for (const [name, width] of widths) outputs[name].push(Array.from(rowOf(name, width)));
      if (step + 1 === rows.steps)
        last = Object.fromEntries(
          widths.map(([name, width]) => [name, Float32Array.from(rowOf(name, width))]),
        );
    };
    const ended = (isWhole: boolean) => {
      if (!isWhole) {
        if (own !== session.pooled) own.close();
        return;
      }
      if (own !== session.pooled) session.pooled.close();
      session.pooled = own;
      session.steps += rows.steps;
      session.last = last;
      if (ids) session.hasRead(ids);
      this.#done(job, outputs ? { steps: session.steps, outputs } : this.#view(session, work.top));
    };
    this.#stepped.add(new FeedStepper(job, own, rows, said, ended));
  }

  #idsOf(session: LiveSession, { prompt, inputs }: FeedWork): ArrayLike<number> {
    if (inputs !== undefined) {
      throw new UnrolledError("invalid-argument", {
        problem: [{ option: "inputs" }, " was given, needed a prompt: the model reads texts"],
      });
    }
    return this.#language!.idsOf(prompt ?? "", session.steps === 0);
  }

  #rowsOf({ condition }: LiveSession, ids: ArrayLike<number>): FedRows {
    const same =
      condition === undefined
        ? {}
        : { condition: { data: repeated(condition, ids.length), width: condition.length } };
    return { steps: ids.length, inputs: { ids: { data: ids, width: 1 }, ...same } };
  }

  #view({ steps, last }: LiveSession, top: number): SessionView {
    if (!last) return { steps };
    if (this.#language) return { steps, tokens: this.#likeliest(this.#language, last.logits, top) };
    const rows = Object.entries(last).map(([name, numbers]) => [name, [Array.from(numbers)]]);
    return { steps, outputs: Object.fromEntries(rows) };
  }

  #likeliest({ model, width }: ServedLanguage, logits: Float32Array, top: number): LikelyToken[] {
    const weights = new Float64Array(width);
    const sum = nextTokenWeights("look", logits, [], weights);
    const ranking = new Ranking(width);
    ranking.fill(weights, width, 0);
    const tokens: LikelyToken[] = [];
    while (tokens.length < top) {
      const id = ranking.next();
      if (id < 0) break;
      tokens.push({ id, token: model.tokenizer.token(id), probability: weights[id] / sum });
    }
    return tokens;
  }
}

/** A row, once for each step. */
function repeated(row: ConditionRow, steps: number): number[] {
  return Array.from({ length: steps }, () => Array.from(row)).flat();
}
