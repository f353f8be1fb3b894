// A language model that many continue at once: all of them step together.
import { Sampler } from "../../decoding/sampler.ts";
import { UnrolledError } from "../../errors.ts";
import { Generator } from "../../random/philox.ts";
import type { PooledSession } from "../../session/session.ts";
import type { GivenCondition } from "../../tasks/language/condition/condition.ts";
import { type ConditionRow, conditionRow } from "../../tasks/language/condition/condition-row.ts";
import { promptIds } from "../../tasks/language/model/generate-text.ts";
import type { LanguageModel } from "../../tasks/language/model/language-model.ts";
import { type ChoiceSettings, ChoiceStepper } from "./choice-stepper.ts";
import type { Job } from "./job.ts";
import { LogProbabilities } from "./log-probabilities.ts";
import { OpenChoices } from "./open-choices.ts";
import { PromptStepper } from "./prompt-stepper.ts";
import type { ChoicePiece, Completed, CompleteWork } from "./protocol.ts";
import type { Stepped } from "./stepped.ts";

/** Samplers that are kept: each owns room for a vocabulary, and requests mostly ask for the same few. */
const KEPT_SAMPLERS = 32;

/** What is told of a request. */
export interface Told {
  piece(job: Job, piece: ChoicePiece): void;
  done(job: Job, result: Completed): void;
}

/** What a request goes on from. */
export interface Beginning {
  readonly session: PooledSession;
  /** Tokens that were read before. */
  readonly recent: readonly number[];
  readonly seen: Iterable<number>;
  readonly condition: ConditionRow | undefined;
  /** Logits after the last of them. */
  readonly logits: Float32Array | undefined;
}

export class ServedLanguage {
  readonly model: LanguageModel;
  readonly width: number;
  readonly #stepped: Stepped;
  readonly #told: Told;
  readonly #logprobs: LogProbabilities;
  readonly #samplers = new Map<string, Sampler>();

  constructor(model: LanguageModel, stepped: Stepped, told: Told) {
    this.model = model;
    this.width = model.config.vocabularySize;
    this.#stepped = stepped;
    this.#told = told;
    this.#logprobs = new LogProbabilities(this.width, (id) => model.tokenizer.token(id));
  }

  /** Ids of a text, or those that were given. */
  idsOf(prompt: string | readonly number[], isBeginning: boolean): ArrayLike<number> {
    const { tokenizer } = this.model;
    if (typeof prompt === "string")
      return isBeginning ? promptIds(this.model, prompt) : tokenizer.encode(prompt);
    const wrong = prompt.find((id) => !(Number.isInteger(id) && id >= 0 && id < this.width));
    if (wrong !== undefined) {
      throw new UnrolledError("invalid-argument", {
        subject: [{ option: "prompt" }],
        got: `${wrong}`,
        needed: `token ids from 0 to ${this.width - 1}`,
      });
    }
    return prompt.length > 0 || !isBeginning ? prompt : promptIds(this.model, "");
  }

  conditionOf(given: GivenCondition | undefined): ConditionRow | undefined {
    return conditionRow("complete", this.model.config.condition, given);
  }

  /** Continues a prompt, from a session's state or as texts begin. */
  complete(job: Job, work: CompleteWork, before: Beginning | undefined): void {
    const { tokenizer } = this.model;
    const condition = before ? before.condition : this.conditionOf(work.condition);
    const ids = this.idsOf(work.prompt, before?.logits === undefined);
    const settings = this.#settings(work, condition);
    const recent = before?.recent ?? [];
    const choices = new OpenChoices(job, work, this.#told, {
      promptTokens: ids.length,
      prompt: typeof work.prompt === "string" ? work.prompt : tokenizer.decode(work.prompt),
    });
    const begin = (logits: Float32Array, session: PooledSession) => {
      if (work.maxTokens === 0) {
        session.close();
        for (let at = 0; at < work.n; at++) choices.add({ choice: at, text: "", finishReason: "length" });
        return;
      }
      const sessions = [session];
      while (sessions.length < work.n) sessions.push(session.fork());
      const draws = new Generator(work.seed);
      for (const [choice, own] of sessions.entries()) {
        const stream = tokenizer.stream();
        for (const id of [...recent, ...Array.from(ids)]) stream.push(id);
        const stepper = new ChoiceStepper(settings, {
          job,
          choice,
          session: own,
          draws: draws.fork(work.firstChoice + choice),
          stream,
          seen: [...(before?.seen ?? []), ...Array.from(ids)],
          textOffset: choices.textOffset,
          onPiece: (piece) => choices.add(piece),
        });
        if (stepper.draw(logits)) this.#stepped.add(stepper);
        else stepper.end();
      }
    };
    const session = before ? before.session.fork() : this.#stepped.pool.open();
    if (ids.length === 0) {
      begin(before!.logits!, session);
      return;
    }
    const echoes = work.echo && work.logprobs !== undefined;
    const pieces = echoes ? this.#piecesOf(ids, recent) : [];
    if (echoes) choices.echoed((to) => this.#logprobs.addFirst(to, ids[0], 0));
    let offset = pieces[0] ?? 0;
    const each = (logits: Float32Array, at: number) => {
      if (at + 1 === ids.length) return;
      choices.echoed((to) => this.#logprobs.add(to, logits, ids[at + 1], work.logprobs!, offset));
      offset += pieces[at + 1];
    };
    const start = { job, session, ids, condition, width: this.width };
    const last = (logits: Float32Array) => begin(logits, session);
    this.#stepped.add(new PromptStepper(start, last, echoes ? each : undefined));
  }

  /** How many characters each token of a prompt adds. */
  #piecesOf(ids: ArrayLike<number>, recent: readonly number[]): number[] {
    const stream = this.model.tokenizer.stream();
    for (const id of recent) stream.push(id);
    return Array.from(ids, (id) => stream.push(id).length);
  }

  #settings(work: CompleteWork, condition: ConditionRow | undefined): ChoiceSettings {
    const { generation = {}, tokenizer } = this.model;
    const { eosTokenId = tokenizer.endId ?? [] } = generation;
    return {
      sampler: this.#sampler(work),
      width: this.width,
      maxTokens: work.maxTokens,
      stop: work.stop,
      endIds: [eosTokenId].flat(),
      condition,
      logprobs: work.logprobs === undefined ? undefined : { of: this.#logprobs, top: work.logprobs },
    };
  }

  #sampler(work: CompleteWork): Sampler {
    const { generation = {}, tokenizer } = this.model;
    const { doSample = true } = generation;
    const options = {
      temperature: work.temperature ?? (doSample ? generation.temperature : 0),
      topK: work.topK ?? generation.topK,
      topP: work.topP ?? generation.topP,
      minP: work.minP ?? generation.minP,
      repetitionPenalty: work.repetitionPenalty ?? generation.repetitionPenalty,
    };
    const name = JSON.stringify(options);
    let sampler = this.#samplers.get(name);
    if (!sampler) {
      const forbiddenIds = tokenizer.unknownId === null ? [] : [tokenizer.unknownId];
      sampler = new Sampler(this.width, { ...options, forbiddenIds }, "complete");
      if (this.#samplers.size === KEPT_SAMPLERS) this.#samplers.clear();
      this.#samplers.set(name, sampler);
    }
    return sampler;
  }
}
