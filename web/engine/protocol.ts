// What the page asks the worker that runs the engine, and what it answers: plain data, typed by kind.
import type { Transcript } from "unrolled/decode";
import type {
  Attribution,
  GradientsThroughTime,
  Intervention,
  Reach,
  StepPlace,
  StepSums,
  Trace,
  UnitOrder,
  UnitResponses,
} from "unrolled/inspect";
import type { TrainingExchanges } from "./training-protocol.ts";
import type { WriterExchanges, WrittenReading } from "./writer-protocol.ts";

/** A kind of question: what is asked, what is answered, and what is told meanwhile. */
export interface Exchange<Question, Answer, Telling = never> {
  readonly question: Question;
  readonly answer: Answer;
  readonly telling: Telling;
}

/** A file that the reader has chosen or dropped. */
export interface GivenFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What the page knows of an open model. */
export interface ModelSummary {
  readonly cell: string;
  readonly numLayers: number;
  readonly hiddenSize: number;
  readonly embeddingSize: number;
  readonly parameters: number;
  /** Every token as people read it, by id. */
  readonly tokens: readonly string[];
  readonly bitsPerCharacter: number | undefined;
  readonly backend: string;
  /** Of a model that says something else than the next token; its `tokens` are what it can say. */
  readonly task?: {
    readonly name: string;
    /** Of one that reads numbers: what its columns are, and numbers to begin with. */
    readonly columns: readonly string[] | undefined;
    readonly sample: string | undefined;
  };
}

/** What a model of a task says of what it has read, step by step. */
export interface TaskReading {
  readonly name: string;
  /** What can be said, in the order of the trace's outputs [T, K]. */
  readonly names: readonly string[];
  /** What it says at each step; "" where it says nothing yet. */
  readonly words: readonly string[];
  /** Of the trace's layers. */
  readonly directions: readonly ("forward" | "backward")[];
  /** As the task's `predict` gives it. */
  readonly answer: Readonly<Record<string, unknown>>;
  /** A CRF's scores from the tag of the row to that of the column [K·K]. */
  readonly transitions?: Float32Array;
}

/** A text as a model has read it. */
export interface Reading {
  readonly text: string;
  /** Each token's piece of the text, "" while a character is incomplete. */
  readonly pieces: readonly string[];
  /** Steps whose character the model lacks. */
  readonly unknownSteps: readonly number[];
  /** Characters of the text that were not read, because it is too long to be shown. */
  readonly charactersLeft: number;
  readonly trace: Trace;
  /** Of a model that says something else than the next token. */
  readonly task?: TaskReading;
  /** Of a translator; `trace` is that of its encoder then. */
  readonly translation?: WrittenReading;
}

/** How tokens are drawn. */
export interface Sampling {
  readonly temperature: number;
  /** 0 keeps all. */
  readonly topK: number;
  readonly topP: number;
}

/** A continuation, its first token the one that was asked for. */
export interface Branch {
  readonly ids: Int32Array;
  readonly pieces: readonly string[];
  /** How little the model expected each token, −log₂ of its probability. */
  readonly bits: Float32Array;
}

/** What each thing that a task's model says rests on: a row for each thing said, a column for each step, row-major. */
export interface SaidGradients {
  /** What is said, and the step at which it is. */
  readonly rows: readonly { readonly name: string; readonly at: number }[];
  readonly steps: number;
  /** In which the signed parts are. */
  readonly unit: string;
  /** |∂said/∂x_s| of all that is read at step s, [R, T]. */
  readonly inputs: Float64Array;
  /** x_s·∂said/∂x_s [R, T]: above 0 where the step speaks for what is said. */
  readonly signed: Float64Array;
  /** |∂said/∂h_s| [R, T] of each of the trace's layers. */
  readonly layers: readonly Float64Array[];
}

/** How much of what a task's model says is left when it is given only some of the steps. */
export interface SaidReach {
  /** Steps that are given. */
  readonly contexts: readonly number[];
  /** How far from what all of them say, 0 for the same, one number a context. */
  readonly apart: readonly number[];
  /** What that counts. */
  readonly what: string;
  /** The shortest context from which on nothing is further apart than the tolerance. */
  readonly reachSteps: number;
  readonly tolerance: number;
}

/** A text to measure on: the reader's own, one that the network writes itself, or a file. */
export type TextSource =
  | { readonly kind: "reading" }
  | { readonly kind: "own" }
  | { readonly kind: "file"; readonly text: string };

/** A reading in which something was changed, beside the one in which nothing was. */
export interface Interference {
  /** Of the reading with its changes, from the state that it began with. */
  readonly trace: Trace;
  /** How the text goes on without the changes, and with them. */
  readonly plain: Branch;
  readonly changed: Branch;
}

/** What a network that reads a sound says of each of its chunks, and the state after each. */
export interface Heard {
  /** The detector's file. */
  readonly name: string;
  /** [T] */
  readonly said: Float32Array;
  /** [T, units] each. */
  readonly states: readonly {
    readonly name: string;
    readonly values: Float32Array;
    readonly units: number;
  }[];
  readonly chunkSeconds: number;
}

/** A recogniser that begins to listen. */
export interface Listening {
  /** The text of each class, [V]; that of the blank is "". */
  readonly tokens: readonly string[];
  readonly blank: number;
  /** Numbers of a frame. */
  readonly filters: number;
  readonly framesPerStep: number;
  readonly secondsPerStep: number;
  readonly parameters: number;
}

/** What came of some samples: frames [n, filters], probabilities [m, V], and the text so far. */
export interface HeardPiece {
  readonly features: Float32Array;
  readonly probabilities: Float32Array;
  readonly text: string;
}

/** The cells that are trained beside one another. */
export type ComparedCell = "elman" | "lstm" | "gru";

/** What one of several cells, trained alike, remembers. */
export interface CellReach {
  readonly cell: ComparedCell;
  readonly parameters: number;
  readonly tokensRead: number;
  /** Mean of the last steps of training. */
  readonly lossNats: number;
  readonly reach: Reach;
}

/** Two models can be open at once; the second is for comparing. */
export type Slot = "a" | "b";

/** Everything that can be asked. A file that answers more questions adds its exchanges here. */
export interface Exchanges extends TrainingExchanges, WriterExchanges {
  open: Exchange<{ slot: Slot; source: string | readonly GivenFile[] }, ModelSummary>;
  read: Exchange<{ slot: Slot; text: string }, Reading>;
  /** One unit at one step of the slot's newest reading, multiplied out. */
  step: Exchange<{ slot: Slot; place: StepPlace }, StepSums>;
  /** How the slot's newest reading could go on after step `at` with this token instead of the one that comes. */
  branch: Exchange<
    { slot: Slot; at: number; id: number; count: number; sampling: Sampling; seed: number },
    Branch
  >;
  /** What each unit responds to; told meanwhile: nothing. */
  units: Exchange<{ slot: Slot; on: TextSource; what: "h" | "c" }, UnitResponses>;
  /** How far back the newest reading's predictions reach by their gradients; in the cell that `cells` has trained, if one is named. */
  gradients: Exchange<{ slot: Slot; steps: number; cell?: ComparedCell | undefined }, GradientsThroughTime>;
  /** What the prediction after step `at` of the newest reading rests on. */
  attribution: Exchange<
    { slot: Slot; at: number; target: number | undefined; cell?: ComparedCell | undefined },
    Attribution
  >;
  /** Loss against the length of context; told meanwhile: the share that is done. */
  reach: Exchange<{ slot: Slot; on: TextSource }, Reach, number>;
  /** What all that a task's model has said of the newest reading rests on; told meanwhile: the share that is done. */
  saidGradients: Exchange<{ slot: Slot }, SaidGradients, number>;
  /** What a task's model says of the newest reading, given less and less of it; told meanwhile: the share that is done. */
  saidReach: Exchange<{ slot: Slot }, SaidReach, number>;
  /** Trains the three cells alike on a text and measures each; told meanwhile: the cell, and its share that is done. */
  cells: Exchange<
    { slot: Slot; on: TextSource; seconds: number; hiddenSize: number },
    readonly CellReach[],
    { readonly cell: string; readonly share: number }
  >;
  /** Reads the newest reading's text again with changes, after another text that leaves its state behind. */
  interfere: Exchange<
    {
      slot: Slot;
      interventions: readonly Intervention[];
      before: string;
      count: number;
      sampling: Sampling;
      seed: number;
    },
    Interference
  >;
  /** What a detector hears in a sound: samples of one channel at 16 kHz. */
  listen: Exchange<{ files: readonly GivenFile[]; samples: Float32Array }, Heard, number>;
  /** A matrix of the slot's model, of one recurrent layer or of what stands before or behind them all. */
  weights: Exchange<
    {
      slot: Slot;
      which: "embedding" | "W_ih" | "W_hh" | "decoder";
      layer: { readonly name: string; readonly index: number; readonly isBackward: boolean };
    },
    { readonly name: string; readonly rows: number; readonly columns: number; readonly values: Float32Array }
  >;
  /** Opens a recogniser for sound that comes at a rate; one listens at a time. */
  hearOpen: Exchange<{ source: string; sampleRateHz: number }, Listening>;
  hearFeed: Exchange<{ samples: Float32Array }, HeardPiece>;
  /** Nothing more follows. */
  hearEnd: Exchange<Record<never, never>, HeardPiece & Transcript>;
  /** Values [T, H] to the order of their units [H]. */
  order: Exchange<{ values: Float32Array; hiddenSize: number; order: UnitOrder }, Int32Array>;
}

export type Kind = keyof Exchanges;
export type Question<K extends Kind> = Exchanges[K]["question"];
export type Answer<K extends Kind> = Exchanges[K]["answer"];
export type Telling<K extends Kind> = Exchanges[K]["telling"];

/** From the page to the worker. */
export type ToWorker =
  | { readonly id: number; readonly kind: Kind; readonly question: unknown }
  | { readonly id: number; readonly abort: true };

/** From the worker to the page. */
export type FromWorker =
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly telling: unknown }
  | { readonly id: number; readonly failure: { readonly code: string; readonly message: string } };
