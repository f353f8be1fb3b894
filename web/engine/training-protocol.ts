// What the page asks the worker about training: a network is opened, advanced for a moment at a time, so that other questions are
// answered in between, and handed on or saved.
import type { CellKind } from "unrolled/nn";
import type { Exchange, GivenFile } from "./protocol.ts";

/** What is trained: every cell that the package has, and Elman's with ReLU. */
export type TrainedCell = Exclude<CellKind, "rnn"> | "elman" | "elman-relu";

/** What people call each. The page's first view shows them, so it does not fetch the cells for that. */
export const TRAINED_CELL_NAMES: Readonly<Record<TrainedCell, string>> = {
  elman: "Elman (tanh)",
  "elman-relu": "Elman (ReLU)",
  lstm: "LSTM",
  gru: "GRU",
  mgu: "MGU",
  ugrnn: "UGRNN",
};

export const TRAINED_CELLS = Object.keys(TRAINED_CELL_NAMES) as readonly TrainedCell[];

/** What is trained, on what, and how. */
export interface TrainingSetup {
  /** A task's name, or "text". */
  readonly task: string;
  readonly cell: TrainedCell;
  readonly layers: number;
  readonly hidden: number;
  readonly optimiser: "adam" | "sgd";
  readonly learningRate: number;
  /** The largest norm of all gradients together; 0 for no limit. */
  readonly clip: number;
  /** T. */
  readonly steps: number;
  /** B. */
  readonly batch: number;
  readonly seed: number;
  /** The spectral radius that each layer's W_hh begins with, if it is one matrix of H rows; as it is drawn if 0 or not given. */
  readonly radius?: number;
  /** Of entries before and behind the layers; 0 if not given. */
  readonly dropout?: number;
  /** Features of a symbol; as many as there are units, 64 at most, if not given. */
  readonly features?: number;
}

/** |∂L/∂h_t| after each of T steps, [T] of each layer, and of an LSTM |∂L/∂c_t|. */
export interface Flow {
  readonly h: readonly Float64Array[];
  readonly c?: readonly Float64Array[];
}

/** One sequence of a batch, with what the network said to it. */
export type TrainingSample =
  | { readonly kind: "text"; readonly text: string }
  | {
      readonly kind: "symbols";
      readonly inputs: string;
      /** A space where nothing is asked. */
      readonly targets: string;
      readonly said: string;
    }
  | {
      readonly kind: "numbers";
      /** [T, I]. */
      readonly inputs: Float32Array;
      /** [T], NaN where nothing is asked. */
      readonly targets: Float32Array;
      readonly said: Float32Array;
    };

/** What happened since the last report. */
export interface TrainingReport {
  /** Steps of training made in all. */
  readonly step: number;
  /** Of each step since: the loss (nats, or mean square), and the norm of all gradients before clipping. */
  readonly losses: Float64Array;
  readonly norms: Float64Array;
  /** At the newest step, now and then: looking takes time. */
  readonly look:
    | {
        /** The best loss that could be had, if that is known, and the share of right answers. */
        readonly bestLoss: number | undefined;
        readonly accuracy: number;
        /** Before clipping: of the loss that is trained, and of each sequence's last answer alone. */
        readonly flow: Flow;
        readonly lastFlow: Flow;
      }
    | undefined;
  /** Input symbols, or numbers, over the seconds that were spent on steps. */
  readonly symbolsPerSecond: number;
  readonly sample: TrainingSample | undefined;
  /** The loss or a gradient was no number any more: the step was not made, and none will be. */
  readonly hasDiverged: boolean;
}

/** Several networks can be trained in turns, each under a name of its own. */
export type RunName = "train" | "left" | "right";

export interface TrainingExchanges {
  /** Starts again; `text` is what is learned if the task is "text". Answers the number of weights. */
  trainOpen: Exchange<
    { run: RunName; setup: TrainingSetup; text?: string | undefined },
    { parameters: number }
  >;
  /** Trains until the time is over or so many steps are made, one at least. */
  trainAdvance: Exchange<
    { run: RunName; milliseconds: number; mostSteps: number; sample: boolean },
    TrainingReport
  >;
  /** The files of the network as it is now, for other views to open. */
  trainFiles: Exchange<{ run: RunName }, readonly GivenFile[]>;
  /** The network's folder as a zip archive. */
  trainSave: Exchange<{ run: RunName }, GivenFile>;
}
