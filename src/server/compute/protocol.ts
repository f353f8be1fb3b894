// What the thread that answers requests and those that compute say to each other: plain data.
import type { CellModule } from "../../cells/own-cells.ts";
import type { ErrorCode, ErrorFields } from "../../errors.ts";
import type { BackendChoice } from "../../kernels/backend.ts";
import type { ModelFiles } from "../../models/model-files.ts";
import type { ModelValue } from "../../session/model-value.ts";
import type { GivenCondition } from "../../tasks/language/condition/condition.ts";

/** What `openModel` takes; a URL as text. */
export type ModelSource = string | Uint8Array | ModelFiles;

/** What the answering thread has to know of a model. */
export interface ModelFacts {
  /** "language", another task's name, or undefined for a network of no task. */
  readonly task: string | undefined;
  readonly format: string;
  readonly inputs: readonly ModelValue[];
  readonly outputs: readonly ModelValue[];
  /** Why it cannot be streamed, if it cannot. */
  readonly streamProblem: string | undefined;
  /** Of language models: V. */
  readonly vocabularySize: number | undefined;
  /** Of language models with a condition of categories: those. */
  readonly categories: readonly string[] | undefined;
  /** Of language models with a condition of numbers: their names, in the order in which they are given. */
  readonly numbers: readonly string[] | undefined;
  readonly parameters: number | undefined;
}

/** How the next token is chosen; what is not given is as the model's folder says, or else the library's defaults. */
export interface AskedSampling {
  readonly temperature?: number | undefined;
  readonly topK?: number | undefined;
  readonly topP?: number | undefined;
  readonly minP?: number | undefined;
  readonly repetitionPenalty?: number | undefined;
}

/** Continue a prompt, n times. */
export interface CompleteWork extends AskedSampling {
  readonly kind: "complete";
  readonly prompt: string | readonly number[];
  /** A session to go on from, which stays as it is. */
  readonly session?: number | undefined;
  readonly n: number;
  readonly maxTokens: number;
  readonly stop: readonly string[];
  readonly seed: number;
  /** Choice i draws as choice `firstChoice + i` of the seed. */
  readonly firstChoice: number;
  readonly condition?: GivenCondition | undefined;
  /** How many of the likeliest tokens to give the log probabilities of, beside the chosen one's; none at all if not given. */
  readonly logprobs?: number | undefined;
  readonly echo: boolean;
  /** Whether pieces are sent as they come. */
  readonly isStreamed: boolean;
}

/** Log probabilities of tokens, each with its place in the text. */
export interface TokenLogprobs {
  readonly tokens: string[];
  readonly tokenLogprobs: (number | null)[];
  readonly topLogprobs: (Record<string, number> | null)[];
  readonly textOffset: number[];
}

/** What came of one choice since its last piece. */
export interface ChoicePiece {
  readonly choice: number;
  readonly text: string;
  readonly logprobs?: TokenLogprobs | undefined;
  readonly finishReason?: "stop" | "length" | undefined;
}

/** A finished choice. */
export interface Choice {
  readonly text: string;
  readonly logprobs?: TokenLogprobs | undefined;
  readonly finishReason: "stop" | "length";
}

/** Result of `CompleteWork`. Of a streamed one the choices have been sent in pieces, and are left out. */
export interface Completed {
  readonly choices: readonly Choice[];
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** What a model of a task makes of inputs, each by itself. */
export interface PredictWork {
  readonly kind: "predict";
  readonly inputs: readonly unknown[];
  /** Whether pieces of their texts are sent as they come; choice i is input i. */
  readonly isStreamed?: boolean;
}

/** Begin a session, where texts and sequences begin, or from a record. */
export interface JoinWork {
  readonly kind: "join";
  readonly session: number;
  readonly condition?: GivenCondition | undefined;
  readonly record?: Uint8Array | undefined;
}

/** Steps of a session: a text or token ids, or of other models numbers by name, a row for each step. All are taken, or none. */
export interface FeedWork {
  readonly kind: "feed";
  readonly session: number;
  readonly prompt?: string | readonly number[] | undefined;
  readonly inputs?: Readonly<Record<string, unknown>> | undefined;
  /** How many of the likeliest next tokens to tell. */
  readonly top: number;
}

/** What a session says after its last step. */
export interface LookWork {
  readonly kind: "look";
  readonly session: number;
  readonly top: number;
}

/** All that a session is, as bytes. */
export interface RecordWork {
  readonly kind: "record";
  readonly session: number;
}

/** Put a session where a record was taken. */
export interface RestoreWork {
  readonly kind: "restore";
  readonly session: number;
  readonly record: Uint8Array;
}

/** Other sessions in the same state. */
export interface ForkWork {
  readonly kind: "fork";
  readonly session: number;
  readonly as: readonly number[];
}

/** End a session. */
export interface LeaveWork {
  readonly kind: "leave";
  readonly session: number;
}

/** Begin to listen to sound that comes in pieces. */
export interface ListenWork {
  readonly kind: "listen";
  readonly listener: number;
  /** Samples a second of what comes; those of the model's front end if not given. */
  readonly sampleRateHz?: number | undefined;
}

/** Samples of one channel, the next ones. */
export interface HearWork {
  readonly kind: "hear";
  readonly listener: number;
  readonly samples: Float32Array;
  /** Whether no more follow, so that what comes next begins anew. */
  readonly isLast: boolean;
}

/** Listen no more. */
export interface StopListeningWork {
  readonly kind: "stop-listening";
  readonly listener: number;
}

/** What was said in sound, so far. */
export interface HeardText {
  readonly text: string;
  /** At the end. */
  readonly words?: readonly { readonly word: string; readonly start: number; readonly end: number }[];
}

/** What came of samples: the text so far, or what is said of each frame that they complete. */
export type HeardNow = HeardText | { readonly frames: readonly object[] };

export type ListeningWork = ListenWork | HearWork | StopListeningWork;

/** A next token, and how likely it is at temperature 1. */
export interface LikelyToken {
  readonly id: number;
  readonly token: string;
  readonly probability: number;
}

/** Where a session is. */
export interface SessionView {
  readonly steps: number;
  /** Of language models: the likeliest next tokens, once there was a step. */
  readonly tokens?: readonly LikelyToken[] | undefined;
  /** Of other models: the outputs by name, a row for each step that was fed, or of the last. */
  readonly outputs?: Readonly<Record<string, readonly (readonly number[])[]>> | undefined;
}

export type SessionWork = JoinWork | FeedWork | LookWork | RecordWork | RestoreWork | ForkWork | LeaveWork;

export type Work = CompleteWork | PredictWork | SessionWork | ListeningWork;

/** What each kind of work gives. */
export type WorkResult<Asked extends Work> = Asked extends CompleteWork
  ? Completed
  : Asked extends PredictWork
    ? readonly unknown[]
    : Asked extends RecordWork
      ? Uint8Array
      : Asked extends ListeningWork
        ? HeardNow
        : SessionView;

/** The first message to a thread that computes. */
export interface ComputeStart {
  readonly type: "compute";
  readonly backend: BackendChoice;
  readonly maxActive: number;
  /** Cells of the user's own, which models may have. */
  readonly cells: readonly CellModule[];
}

/** What there is to do for it. */
export type ComputeRequest =
  | { readonly type: "open"; readonly id: number; readonly handle: number; readonly source: ModelSource }
  | { readonly type: "close"; readonly handle: number }
  | {
      readonly type: "work";
      readonly id: number;
      readonly handle: number;
      /** Whose it is: each client has the same share. */
      readonly client: string;
      /** In milliseconds since 1970. */
      readonly deadlineMs: number;
      readonly work: Work;
    }
  | { readonly type: "cancel"; readonly id: number };

/** A message to it: all that came at the same time. */
export type ComputeMessage = ComputeStart | readonly ComputeRequest[];

/** An error as plain data. */
export interface PlainError {
  readonly message: string;
  /** "deadline" is that of the work; undefined is a mistake in this library. */
  readonly code: ErrorCode | "deadline" | undefined;
  readonly fields: ErrorFields | undefined;
}

/** From it. */
export type ComputeReply =
  | { readonly type: "opened"; readonly id: number; readonly facts: ModelFacts }
  | { readonly type: "piece"; readonly id: number; readonly piece: ChoicePiece }
  | { readonly type: "done"; readonly id: number; readonly result: unknown }
  | { readonly type: "failed"; readonly id: number; readonly error: PlainError }
  /** How many streams took each step, or inputs were computed together, since the last word. */
  | { readonly type: "steps"; readonly handle: number; readonly rows: readonly number[] };
