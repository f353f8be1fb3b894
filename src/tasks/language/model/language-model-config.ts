import { isKnownCell } from "../../../cells/cells.ts";
import type { TokenizerKind } from "../../../data/tokenizers/tokenizer.ts";
import { UnrolledError } from "../../../errors.ts";
import { requireShare } from "../../../module/module.ts";
import { MOST_LAYERS } from "../../../options/field-checks.ts";
import { type Condition, checkCondition } from "../condition/condition.ts";
import { DROPOUT_PROBABILITIES } from "./dropout-probabilities.ts";
import {
  type AnyCellName,
  CELL_NAMES,
  type CellConfig,
  cellShapeOf,
  checkCell,
  kindOfCell,
  lastLayerOf,
} from "./language-cell.ts";

/** What errors name in place of a call. */
const CALL = "language model";

/** A language model as plain data: what config.json holds, in camelCase. The options of its cell stand among the others. */
export interface LanguageModelConfig extends CellConfig {
  /** One of the package's cells, or the kind of one of your own that `knowCell` or `importCell` has made known. */
  readonly cell: AnyCellName;
  readonly vocabularySize: number;
  readonly embeddingSize: number;
  readonly hiddenSize: number;
  /** Units of the last layer, if it has a width of its own (Merity, Keskar & Socher 2018); needs two layers. */
  readonly lastHiddenSize?: number;
  readonly numLayers: number;
  /** Probability of dropping entries of the embedding, between layers and before the decoder (Zaremba et al. 2014). */
  readonly dropout: number;
  /** Probability of dropping a whole word, wherever it stands (Gal & Ghahramani 2016); 0 if not given. */
  readonly embeddingDropout?: number;
  /** Of dropping entries of the embedding; `dropout` if not given. */
  readonly inputDropout?: number;
  /** Of dropping entries between layers; `dropout` if not given. */
  readonly layerDropout?: number;
  /** Of dropping entries before the decoder; `dropout` if not given. */
  readonly outputDropout?: number;
  /** Whether all steps of a sequence share one mask of the last three (Gal & Ghahramani 2016); false if not given. */
  readonly lockedDropout?: boolean;
  /** Probability of dropping entries of each W_hh, one mask for a sequence (Merity, Keskar & Socher 2018); 0 if not given. */
  readonly weightDrop?: number;
  /** The decoder's weight is the encoder's (Press & Wolf 2017); needs embeddingSize to be the width of the last h: hiddenSize or lastHiddenSize, if it is not projected. */
  readonly tieWeights: boolean;
  readonly tokenizer: TokenizerKind;
  /** What the model is told of a text, at each step; nothing if not given. */
  readonly condition?: Condition;
}

/** Every probability of dropping something, by where. */
export interface DropoutRates {
  readonly embedding: number;
  readonly input: number;
  readonly layer: number;
  readonly output: number;
  readonly weight: number;
}

/** What a configuration drops, the defaults filled in. */
export function dropoutRates(config: LanguageModelConfig): DropoutRates {
  const { dropout } = config;
  return {
    embedding: config.embeddingDropout ?? 0,
    input: config.inputDropout ?? dropout,
    layer: config.layerDropout ?? dropout,
    output: config.outputDropout ?? dropout,
    weight: config.weightDrop ?? 0,
  };
}

/** Throws an error that names the first impossible value. */
export function checkConfig(config: LanguageModelConfig): void {
  for (const name of ["vocabularySize", "embeddingSize", "hiddenSize", "numLayers"] as const) {
    const value = config[name];
    if (!Number.isInteger(value) || value < 1) {
      throw new UnrolledError("invalid-argument", {
        call: CALL,
        subject: name,
        got: `${value}`,
        needed: "a whole number of at least 1",
      });
    }
  }
  if (config.numLayers > MOST_LAYERS) {
    throw new UnrolledError("invalid-argument", {
      call: CALL,
      subject: "numLayers",
      got: `${config.numLayers}`,
      needed: `at most ${MOST_LAYERS}`,
    });
  }
  if (!isKnownCell(kindOfCell(config.cell))) {
    throw new UnrolledError("invalid-argument", {
      call: CALL,
      subject: "cell",
      got: `"${config.cell}"`,
      needed: `${CELL_NAMES.slice(0, -1).join(", ")} or ${CELL_NAMES.at(-1)}`,
    });
  }
  checkCell(CALL, config);
  if (config.condition !== undefined) checkCondition(CALL, config.condition);
  for (const name of DROPOUT_PROBABILITIES) requireShare(CALL, name, config[name] ?? 0);
  const { lastHiddenSize: last } = config;
  if (last !== undefined && !(Number.isInteger(last) && last >= 1 && config.numLayers > 1)) {
    throw new UnrolledError("invalid-argument", {
      call: CALL,
      subject: "lastHiddenSize",
      got: `${last}`,
      needed: config.numLayers > 1 ? "a whole number of at least 1" : "none with one layer",
    });
  }
  const { outputSize, projects } = cellShapeOf(lastLayerOf(config));
  const width = last === undefined ? "hiddenSize" : "lastHiddenSize";
  if (config.tieWeights && config.embeddingSize !== outputSize) {
    throw new UnrolledError("invalid-argument", {
      call: CALL,
      problem: `tieWeights needs embeddingSize = ${projects ? "projectionSize" : width}, got ${config.embeddingSize} and ${outputSize}`,
    });
  }
}
