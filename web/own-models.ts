// The small models that come with the page, each with a text of its kind; `scripts/explorer-model.mjs` has trained them.

export interface OwnModel {
  readonly title: string;
  /** Its folder, relative to the page. */
  readonly place: string;
  /** A text of the kind that it was trained on, but not from it. */
  readonly text: string;
  /** What it has learned from. */
  readonly about: string;
}

export const OWN_MODELS: readonly OwnModel[] = [
  {
    title: "English prose",
    place: "models/prose/",
    text: "To be, or not to be, that is the question",
    about: "It has learned from a million characters of Shakespeare's plays; Hamlet is not among them.",
  },
  {
    title: "English prose, Elman network",
    place: "models/elman/",
    text: "To be, or not to be, that is the question",
    about: "It has learned from a million characters of Shakespeare's plays; Hamlet is not among them.",
  },
  {
    title: "Names",
    place: "models/names/",
    text: "Hopfield\nElman\nJordan\nHochreiter\n",
    about: "It has learned from 18,000 surnames in 18 languages.",
  },
  {
    title: "TypeScript",
    place: "model/",
    text: "Returns the first element that is a descendant of node",
    about: "It has learned from TypeScript's declarations of the browser.",
  },
  {
    title: "Melodies",
    place: "models/melodies/",
    text: "GGABcdcBAG",
    about:
      "It has learned from the sopranos of Bach's chorales, a letter for a quarter note, as in ABC notation.",
  },
];

/** One of them that is not the model at a place: where that is one, another with the same text, if there is any. */
export function ownModelBeside(place: string): OwnModel {
  const same = OWN_MODELS.find((model) => model.place === place);
  const others = OWN_MODELS.filter((model) => model.place !== place);
  return others.find(({ text }) => text === same?.text) ?? others[0];
}
