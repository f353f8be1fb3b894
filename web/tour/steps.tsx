// The guided tour: states of the page, each with a few sentences and something to do. What a step claims, the tests drive.
import type { ComponentChildren } from "preact";
import { OWN_MODELS } from "../own-models.ts";
import { INITIAL_STATE, type PageState } from "../state.ts";
import type { TrainingStory } from "../training-session.ts";

export interface TourStep {
  readonly title: string;
  readonly prose: ComponentChildren;
  /** What the reader is asked to do. */
  readonly task: string;
  /** The state that the page is put into; what is not named is as the page opens. */
  readonly state: Partial<PageState>;
  /** What is spoken of, as selectors: outlined, and in the window. */
  readonly speaksOf: readonly string[];
  isDone(state: PageState, story: TrainingStory): boolean;
}

/** The prose that the page opens with, read by an Elman network and by an LSTM. */
const [LSTM, ELMAN] = ["models/prose/", "models/elman/"];
const TEXT = OWN_MODELS[0].text;
const FIRST_E = TEXT.indexOf("e");
/** Updates after which there is something to be seen. */
export const ENOUGH = 100;
const VANISH_STEPS = INITIAL_STATE.vanishSteps;

const hasTrained = ({ trainCell, trainTask }: PageState, { step, setup }: TrainingStory) =>
  step >= ENOUGH && setup?.cell === trainCell && setup.task === trainTask;

const TRAINING = [".train .train-buttons", ".train .flow-map"];

export const TOUR: readonly TourStep[] = [
  {
    title: "The whole story in one picture",
    prose: (
      <p>
        Two networks read the same bits, and at each question mark they have to say the first bit again. A bar
        is what is left, at that step, of the last answer’s gradient: the message that says what to do better.
        In the Elman network (1990) it has vanished long before step 1. In the LSTM (1997) it arrives. This
        tour explains why.
      </p>
    ),
    task: "Move “Steps” to another length, and watch both learn again.",
    state: { view: "vanish" },
    speaksOf: [".vanish-figures", ".vanish .scrubber"],
    isDone: ({ vanishSteps }) => vanishSteps !== VANISH_STEPS,
  },
  {
    title: "To know what comes next, know what came before",
    prose: (
      <p>
        Other networks treat inputs as independent of one another: the same input, the same answer. For a
        sentence that will not do. What comes after an <code>e</code> depends on everything before it. An
        Elman network, the simplest recurrent one, has read each character of the text in turn, and the bars
        show what it expects after one of its <code>e</code>s.
      </p>
    ),
    task: "Click another e in the text. The letter is the same, what is expected is not.",
    state: { view: "next", model: ELMAN, at: FIRST_E },
    speaksOf: [".token-text", ".bars"],
    isDone: ({ at, text }) => at !== FIRST_E && text[at] === "e",
  },
  {
    title: "A loop",
    prose: (
      <p>
        A <em>recurrent</em> network does the same with every element of a sequence, and hands itself a note:
        the state <var>h</var>, a vector that goes out of one step and into the next. So an answer depends on
        the present input and on what the state says of all the inputs before. Drawn as it is built, that is a
        loop.
      </p>
    ),
    task: "Press “Unrolled”, and watch the loop open.",
    state: { view: "unrolled", model: ELMAN, isUnrolled: false, at: 4 },
    speaksOf: [".unrolled-figure", ".unrolled-buttons"],
    isDone: ({ isUnrolled }) => isUnrolled,
  },
  {
    title: "Many copies, one set of weights",
    prose: (
      <p>
        Unrolled in time, the loop is a chain of copies, one for each character, each passing a message to the
        next. It looks like a deep network, with one difference: all copies have the <em>same</em> weights.
        The network does not learn the tenth character by other rules than the first, and it can read texts of
        any length. The buttons below the picture show one matrix in all its copies.
      </p>
    ),
    task: "Open a step: click on a copy, or press Enter on the picture.",
    state: { view: "unrolled", model: ELMAN, at: 8 },
    speaksOf: [".unrolled-figure", ".same-weights"],
    isDone: ({ isOpen }) => isOpen,
  },
  {
    title: "One step, with its numbers",
    prose: (
      <p>
        This is all that happens in a copy: the input and the state before are multiplied by matrices, added,
        and squashed by tanh into −1 … 1, for each unit apart. There is no other memory and no rule book. The
        table holds the actual numbers of one unit at this step.
      </p>
    ),
    task: "Choose another unit, and see which products its sum is made of.",
    state: { view: "unrolled", model: ELMAN, at: 10, isOpen: true, unit: 33 },
    speaksOf: [".step-detail .equations", ".step-detail .controls"],
    isDone: ({ unit }) => unit !== 33,
  },
  {
    title: "The state is the memory",
    prose: (
      <p>
        Here time runs to the right, and each row is one unit. Some change with every character; others hold
        their colour for longer. Whatever the network still knows of the beginning of the text has to stand in
        the column under the playhead: it cannot look back.
      </p>
    ),
    task: "Drag over a few steps of the heat-map: they are marked, and described below it.",
    state: { view: "play", model: ELMAN, at: 20, order: "similarity" },
    speaksOf: [".heat-map"],
    isDone: ({ steps }) => steps !== null,
  },
  {
    title: "From a state to words",
    prose: (
      <p>
        The state becomes a score for each character, and softmax turns scores into probabilities. To write,
        one of the characters is drawn and read like any other input, and so on. Temperature divides the
        scores before: below 1 the likely becomes likelier still, above 1 all become more alike.
      </p>
    ),
    task: "Bring the temperature down to 0.5 or less, then click a token to continue with it.",
    state: { view: "next", model: ELMAN, at: 11 },
    speaksOf: [".bars", ".sliders"],
    isDone: ({ temperature, branches }) => temperature <= 0.5 && branches.length > 0,
  },
  {
    title: "How it learns",
    prose: (
      <p>
        Training compares each answer with the right one and asks of every weight: which way would you have to
        move? As all copies share their weights, and each answer rests on all steps before it, the question is
        carried back through the whole chain: <em>backpropagation through time</em>. Here a new Elman network
        learns to say each bit again four steps later.
      </p>
    ),
    task: "Press Play, and watch the right answers go from one half to all.",
    state: { view: "train", trainTask: "echo", trainCell: "elman", trainSteps: 16 },
    speaksOf: [".train .train-buttons", ".train .train-curves"],
    isDone: hasTrained,
  },
  {
    title: "Why it forgets",
    prose: (
      <p>
        On its way back, the gradient is multiplied at every step by the same kind of matrix, W<sub>hh</sub>{" "}
        scaled by the slopes of tanh, which are at most 1. Factors below 1, multiplied forty times, leave
        nothing. The heat-map shows it: from the answer at the lower edge the gradient fades upwards, and the
        last answer tells the first steps nothing. In theory a plain network can remember as long as it likes;
        in practice it does not find out how (Bengio, Simard &amp; Frasconi 1994).
      </p>
    ),
    task: "Press Play: the map turns blue from the top, because the gradient vanishes there.",
    state: { view: "train", trainTask: "first", trainCell: "elman", trainSteps: 40 },
    speaksOf: TRAINING,
    isDone: hasTrained,
  },
  {
    title: "Or explodes",
    prose: (
      <p>
        Factors above 1 do the opposite. This network begins with a W<sub>hh</sub> whose spectral radius is 2,
        and with ReLU, whose slope is 1 where it is on: the gradient grows on its way back, and the map is
        orange at the top. One such step would throw all weights away. The remedy is rough and works: where
        the norm of all gradients is too large, scale them down to a fixed one (Pascanu, Mikolov &amp; Bengio
        2013). The direction stays, the length is cut. Here it is cut to 0.5.
      </p>
    ),
    task: "Press Play and see orange above. Then set “Clip norm” to 0 and press Play again: it bursts.",
    state: {
      view: "train",
      trainTask: "adding",
      trainCell: "elman-relu",
      trainSteps: 40,
      trainOptimiser: "sgd",
      trainClip: 0.5,
      trainRadius: 2,
    },
    speaksOf: [".train .train-settings", ...TRAINING],
    isDone: ({ trainClip }, { hasDiverged, setup }) => trainClip === 0 && setup?.clip === 0 && hasDiverged,
  },
  {
    title: "Gates",
    prose: (
      <p>
        An LSTM keeps a second state <var>c</var> that is not multiplied by a matrix from step to step, only
        by a gate: c′ = f × c + i × g, unit by unit. The forget gate <var>f</var> says how much of c stays,
        the input gate <var>i</var> how much of the new content <var>g</var> is added, the output gate{" "}
        <var>o</var> how much is shown as h. Each is between 0 and 1, from the same kind of sum as before, and
        when to keep, add and show is itself learned (Hochreiter &amp; Schmidhuber 1997).
      </p>
    ),
    task: "Choose another unit, and compare its forget gate f.",
    state: { view: "unrolled", model: LSTM, at: 10, isOpen: true, unit: 33 },
    speaksOf: [".step-detail .equations", ".step-detail .controls"],
    isDone: ({ unit }) => unit !== 33,
  },
  {
    title: "What gates do about it",
    prose: (
      <p>
        Where f is near 1, what stands in c stays, and on the way back the gradient passes as unharmed: from
        step to step it is multiplied by f, not by a matrix. That is what lives on the right. It is no cure
        for every length, but these forty steps it reaches across.
      </p>
    ),
    task: "Try longer sequences: how far can you go?",
    state: { view: "vanish" },
    speaksOf: [".vanish-figures", ".vanish .scrubber"],
    isDone: ({ vanishSteps }) => vanishSteps > VANISH_STEPS,
  },
];
