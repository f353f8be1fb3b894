// The page's state: one object of plain values, mirrored in the part of the URL behind "#". A field is one row of the table, with
// its default, which the URL leaves out. A view that needs a field adds a row.
import type { Intervention } from "unrolled/inspect";
import { TRAINED_CELLS } from "./engine/training-protocol.ts";
import { OWN_MODELS } from "./own-models.ts";
import { START } from "./start.ts";

interface Field<Value> {
  readonly initial: Value;
  write(value: Value): string;
  /** Undefined for what no page would have written; the default is taken then. */
  read(text: string): Value | undefined;
}

export const FIELDS = {
  view: text(START.view ?? "unrolled"),
  /** Where the model's folder or file is, relative to the page; a dropped one has no place, and is `DROPPED`. */
  model: text(START.model ?? OWN_MODELS[0].place),
  text: text(START.text ?? OWN_MODELS[0].text),
  /** The step that the playhead stands on, from 0. */
  at: integer(0, 0),
  layer: integer(0, 0),
  unit: integer(0, 0),
  /** Whether the loop is drawn as one copy for each step. */
  isUnrolled: flag(true),
  /** Pixels per step, and the step at the left edge; 0 pixels for as many as fit. */
  scale: number(0, 0, 400),
  left: number(0, -100_000, 100_000),
  /** Whether the step under the playhead is shown with its equations. */
  isOpen: flag(false),
  /** How the units of a heat-map are ordered. */
  order: choice(["found", "variance", "similarity"], "found"),
  /** Brushed steps, first and last. */
  steps: range(),
  /** Brushed rows of the heat-maps, first and last, in the order that is shown. */
  rows: range(),
  /** How the next token is drawn; top-k 0 and top-p 1 keep all. */
  temperature: number(1, 0, 3),
  topK: integer(0, 0),
  topP: number(1, 0.01, 1),
  seed: integer(1, 0),
  /** Where the text branches off: after which step, and with which token. */
  branches: json<readonly BranchPlace[]>([], areBranches),
  /** The step of the guided tour, from 1; 0 outside of it. */
  tour: integer(0, 0, 12),
  /** Where the second model is, for comparing, "" for one that differs from the first; and in which view the two stand side by side. */
  other: text(""),
  compared: text("play"),
  /** What is trained: a task's name, or "text". */
  trainTask: text("echo"),
  trainCell: choice(TRAINED_CELLS, "lstm"),
  trainLayers: integer(1, 1, 8),
  trainHidden: integer(32, 1, 1024),
  trainOptimiser: choice(["adam", "sgd"], "adam"),
  trainRate: number(0.01, 0, 100),
  /** 0 for no clipping. */
  trainClip: number(1, 0, 1000),
  trainSteps: integer(24, 2, 2000),
  trainBatch: integer(32, 1, 512),
  trainSeed: integer(1, 0),
  /** The spectral radius that W_hh begins with; 0 for as it is drawn. */
  trainRadius: number(0, 0, 10),
  /** Steps of the sequences that an Elman network and an LSTM learn side by side. */
  vanishSteps: integer(40, 8, 80),
  /** Which gradients are shown. */
  trainFlow: choice(["last", "before", "after"], "last"),
  /** What units and reach are measured on; a file has no place in a link. */
  on: choice(["own", "reading", "file"], "own"),
  /** Which state of an LSTM's units is looked at. */
  what: choice(["h", "c"], "h"),
  /** What units are ranked by; nothing for whatever each answers to most. */
  feature: text(""),
  /** A stretch brushed in the text that units are looked at on, first and last token. */
  span: range(),
  /** Whose gradient is drawn: the inputs' or a layer's h. */
  gradient: choice(["inputs", "h"], "inputs"),
  /** What has the strongest colour of an attribution: its own largest part, or one nat. */
  attribution: choice(["own", "nats"], "own"),
  /** What is changed in the network as it reads. */
  interventions: json<readonly Intervention[]>([], areInterventions),
  /** A text that is read before, so that the reading begins in the state which that leaves. */
  before: text(""),
  /** Whether the view stands in a frame of another page, without what is around it here. */
  isEmbedded: flag(false),
} as const;

const CHANGEABLE = ["h", "c", "i", "f", "g", "o", "r", "z", "n"];

function areInterventions(value: unknown): value is readonly Intervention[] {
  const isCount = (each: unknown) => Number.isSafeInteger(each) && (each as number) >= 0;
  const isNumber = (each: unknown) => typeof each === "number" && Number.isFinite(each);
  return (
    Array.isArray(value) &&
    value.every(
      (each) =>
        isCount(each?.layer) &&
        CHANGEABLE.includes(each.what) &&
        (each.units === undefined || (Array.isArray(each.units) && each.units.every(isCount))) &&
        [each.from, each.to].every((step) => step === undefined || isCount(step)) &&
        isNumber(each.value) !== isNumber(each.scale),
    )
  );
}

export interface BranchPlace {
  readonly at: number;
  readonly id: number;
}

function areBranches(value: unknown): value is readonly BranchPlace[] {
  const isCount = (each: unknown) => Number.isSafeInteger(each) && (each as number) >= 0;
  return Array.isArray(value) && value.every((branch) => isCount(branch?.at) && isCount(branch?.id));
}

/** The model that was dropped on the page: a link to it cannot be shared. */
export const DROPPED = "dropped";

export type PageState = {
  readonly [Name in keyof typeof FIELDS]: (typeof FIELDS)[Name] extends Field<infer Value> ? Value : never;
};

export const INITIAL_STATE = Object.fromEntries(
  Object.entries(FIELDS).map(([name, { initial }]) => [name, initial]),
) as PageState;

/** A state as what stands behind "#" in the URL. */
export function stateToHash(state: PageState): string {
  const parameters = new URLSearchParams();
  for (const [name, field] of Object.entries(FIELDS) as [keyof PageState, Field<unknown>][]) {
    const written = field.write(state[name]);
    if (written !== field.write(field.initial)) parameters.set(name, written);
  }
  return parameters.toString();
}

/** The state that a URL's hash says, and defaults where it says nothing or nonsense. */
export function stateFromHash(hash: string): PageState {
  const parameters = new URLSearchParams(hash.replace(/^#/, ""));
  const given = Object.entries(FIELDS).map(([name, field]) => {
    const written = parameters.get(name);
    return [name, (written === null ? undefined : field.read(written)) ?? field.initial];
  });
  return Object.fromEntries(given) as PageState;
}

/** A field of any text. */
export function text(initial: string): Field<string> {
  return { initial, write: (value) => value, read: (written) => written };
}

/** A field of one of a few words. */
export function choice<const Words extends readonly string[]>(
  words: Words,
  initial: Words[number],
): Field<Words[number]> {
  return { initial, write: (value) => value, read: (written) => words.find((word) => word === written) };
}

/** A field of whole numbers. */
export function integer(
  initial: number,
  least: number,
  most: number = Number.MAX_SAFE_INTEGER,
): Field<number> {
  return number(initial, least, most, Number.isSafeInteger);
}

/** A field of numbers in a range. */
export function number(
  initial: number,
  least: number,
  most: number,
  accepts: (value: number) => boolean = Number.isFinite,
): Field<number> {
  return {
    initial,
    // What a gesture gives has no more digits than can be seen.
    write: (value) => String(Number(value.toPrecision(7))),
    read(written) {
      const value = written.trim() === "" ? Number.NaN : Number(written);
      return accepts(value) && value >= least && value <= most ? value : undefined;
    },
  };
}

/** A field of yes or no. */
export function flag(initial: boolean): Field<boolean> {
  return {
    initial,
    write: (value) => (value ? "1" : "0"),
    read: (written) => (written === "1" ? true : written === "0" ? false : undefined),
  };
}

/** A field of two steps, first and last, or nothing. */
export function range(): Field<readonly [number, number] | null> {
  return {
    initial: null,
    write: (value) => (value === null ? "" : value.join("-")),
    read(written) {
      const [, first, last] = /^(\d{1,9})-(\d{1,9})$/.exec(written) ?? [];
      if (first === undefined) return written === "" ? null : undefined;
      return Number(first) <= Number(last) ? [Number(first), Number(last)] : undefined;
    },
  };
}

/** A field of anything that JSON can hold, checked by `accepts`. */
export function json<Value>(initial: Value, accepts: (value: unknown) => value is Value): Field<Value> {
  return {
    initial,
    write: JSON.stringify,
    read(written) {
      try {
        const value: unknown = JSON.parse(written);
        return accepts(value) ? value : undefined;
      } catch {
        return undefined;
      }
    },
  };
}
