// The guided tour: ten states of the page, each with a few sentences and something to do.
import type { ComponentChildren } from "preact";
import { INITIAL_STATE, type PageState } from "../state.ts";
import type { TrainingStory } from "../training-session.ts";

export interface TourStep {
  readonly title: string;
  readonly prose: ComponentChildren;
  /** What the reader is asked to do. */
  readonly task: string;
  /** The state that the page is put into; what is not named is as the page opens. */
  readonly state: Partial<PageState>;
  isDone(state: PageState, story: TrainingStory): boolean;
}

const TEXT = INITIAL_STATE.text;
const FIRST_E = TEXT.indexOf("e");
/** Updates after which there is something to be seen. */
const ENOUGH = 150;

/** What the tour trains: small enough to learn while one watches. */
const ADDING = { view: "train", trainTask: "adding", trainSteps: 40, trainHidden: 32 } as const;

const hasTrained = ({ trainCell }: PageState, { step, setup }: TrainingStory) =>
  step >= ENOUGH && setup?.cell === trainCell;

export const TOUR: readonly TourStep[] = [
  {
    title: "To know what comes next, know what came before",
    prose: (
      <p>
        Traditional networks treat inputs as independent of one another: the same input, the same answer. For
        a sentence that will not do. What comes after an <code>e</code> depends on everything in front of it.
        This network has read each character of the text in turn, and the bars show what it expects after one
        of its <code>e</code>s.
      </p>
    ),
    task: "Click another e in the text. The letter is the same, what is expected is not.",
    state: { view: "next", at: FIRST_E },
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
    state: { view: "unrolled", isUnrolled: false, at: 4 },
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
    state: { view: "unrolled", at: 8 },
    isDone: ({ isOpen }) => isOpen,
  },
  {
    title: "One step, with its numbers",
    prose: (
      <p>
        This is all that happens in a copy: the input and the state before are multiplied by matrices, added,
        and squashed into a fixed range, for each unit apart. There is no other memory and no rule book. The
        table holds the actual numbers of one unit at this step.
      </p>
    ),
    task: "Choose another unit, and compare its gates.",
    state: { view: "unrolled", at: 10, isOpen: true, unit: 33 },
    isDone: ({ unit }) => unit !== 33,
  },
  {
    title: "The state is the memory",
    prose: (
      <p>
        Here time runs to the right, and each row is one unit. Some change with every character; others hold
        their colour over whole words. Whatever the network still knows of the beginning of the text has to
        stand in the column under the playhead: it cannot look back.
      </p>
    ),
    task: "Drag over a few steps of a heat-map, and see below what sets them apart.",
    state: { view: "play", at: 20, order: "similarity" },
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
    task: "Bring the temperature down to 0.5 or less, then click a token to let the network go on.",
    state: { view: "next", at: 11 },
    isDone: ({ temperature, branches }) => temperature <= 0.5 && branches.length > 0,
  },
  {
    title: "How it learns",
    prose: (
      <p>
        Training compares each answer with the right one and asks of every weight: which way would you have to
        move? As all copies share their weights, and each answer rests on all steps before it, the question is
        carried back through the whole chain: <em>backpropagation through time</em>. Here a new network learns
        to say each bit again some steps later.
      </p>
    ),
    task: "Press Play below, and watch the right answers go from one half to all.",
    state: { view: "train", trainTask: "echo", trainCell: "gru", trainSteps: 16 },
    isDone: hasTrained,
  },
  {
    title: "Why it forgets",
    prose: (
      <p>
        On its way back, the gradient is multiplied at every step by the same kind of matrix, W<sub>hh</sub>{" "}
        scaled by the slopes of tanh, which are at most 1. Factors below 1, multiplied forty times, leave
        nothing. The heat-map shows it: from the answer at the lower edge the gradient fades upwards, and the
        first steps are told nothing of what they did wrong. In theory a plain network can remember as long as
        it likes; in practice it does not find out how (Bengio, Simard &amp; Frasconi 1994).
      </p>
    ),
    task: "Press Play. The sum of two numbers far apart: does the error get below what no memory has?",
    state: { ...ADDING, trainCell: "elman" },
    isDone: hasTrained,
  },
  {
    title: "Or explodes",
    prose: (
      <p>
        Factors above 1 do the opposite: the gradient grows on its way back, one step of training throws all
        weights away, and the loss is not a number any more. The remedy is rough and works: where the norm of
        all gradients together is too large, scale them down to a fixed one (Pascanu, Mikolov &amp; Bengio
        2013). The direction stays, the length is cut.
      </p>
    ),
    task: "Press Play and wait a few seconds until it bursts. Then set “Clip norm” to 0.5, and play again.",
    state: {
      ...ADDING,
      trainCell: "elman-relu",
      trainOptimiser: "sgd",
      trainRate: 0.2,
      trainClip: 0,
    },
    isDone: ({ trainClip }, { step, setup }) => trainClip > 0 && setup?.clip === trainClip && step > 20,
  },
  {
    title: "What gates do about it",
    prose: (
      <p>
        An LSTM keeps a second state <var>c</var> that is not multiplied by a matrix from step to step, only
        by a gate: c′ = f · c + i · g, unit by unit. Where the forget gate <var>f</var> is near 1, what stands
        in <var>c</var> stays, and on the way back the gradient passes as unharmed. When to keep, write and
        tell is itself learnt (Hochreiter &amp; Schmidhuber 1997). It is no cure for every length, but the
        same sum, as far apart, is now learnt.
      </p>
    ),
    task: "Press Play, and give it half a minute. Then take the GRU, or a sequence of 100.",
    state: { ...ADDING, trainCell: "lstm" },
    isDone: hasTrained,
  },
];
