import { flagOption, numberOption, recordOption, shareOption, wordOption } from "../options/option.ts";

/** Options of recurrent layers that concern whole sequences, or several layers, whichever their cell. */
export const sequenceOptions = {
  numLayers: numberOption({ whole: true, atLeast: 1, atMost: 1000 }, { default: 1, help: "layers L" }),
  direction: wordOption(["forward", "reverse", "bidirectional"], {
    default: "forward",
    help: "which way sequences are read; both ways, the second direction's parameters end in _reverse",
  }),
  merge: wordOption(["concat", "sum", "mean", "product"], {
    default: "concat",
    help: "what becomes of the outputs of the two directions",
  }),
  batchFirst: flagOption({
    default: false,
    help: "whether sequences are [B, T, I] instead of [T, B, I], outputs likewise; states are [L·D, B, H] in both",
  }),
  initialState: wordOption(["zero", "learnt"], {
    default: "zero",
    help: "state before the first step where none is given: zero, or learnt (h_0 [L·D, P], c_0 [L·D, H])",
  }),
  dropout: shareOption({
    default: 0,
    help: "probability of dropping an entry between two layers, not after the last",
  }),
  lockedDropout: flagOption({
    default: false,
    help: "whether all steps of a sequence share one mask of that dropout",
  }),
  recurrentDropout: shareOption({
    default: 0,
    placeholder: "p",
    help: "probability of dropping an entry of the h that a step reads, one mask for all steps (Gal & Ghahramani 2016)",
  }),
  zoneout: recordOption(shareOption({ default: 0, help: "of one of the cell's states: h, c" }), {
    default: {},
    placeholder: "p",
    help: "probabilities that a unit of h, or of c, keeps its value of the step before (Krueger et al. 2017)",
  }),
  weightDrop: shareOption({
    default: 0,
    help: "probability of dropping an entry of each W_hh while a sequence is read",
  }),
  weightNoise: numberOption(
    { atLeast: 0 },
    {
      default: 0,
      placeholder: "sd",
      help: "standard deviation of what is added to each weight while a sequence is read (Graves 2013)",
    },
  ),
};
