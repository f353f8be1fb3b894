// What names of inputs and outputs say of states.

/** Names without these tell nothing of before and after a step. */
const marks = (ends: string) =>
  new RegExp(`(?:[_.-]?(?:${ends}))+$|^(?:next|new|prev|previous|initial|init|past|present)[_.-]`, "gi");
const WORDS = "in|input|out|output|next|new|prev|previous|init|initial|old|past|present";
const BY_WORDS = marks(WORDS);
/** Letters and numbers stand for the words too: h0 and hn, state and stateN. */
const BY_MARKS = marks(`${WORDS}|0|n|t|1`);

/** What a state is called; any of these is a word by itself, or at one end of one. */
const STATE =
  /^(?:[hc](?:0|n|t|x|in|out|c)?|mem|buf|ctx|hist|cells?)$|^(?:state|hidden|cache|memor|buffer|context|histor|carr[yi])|(?:states?|caches?|buffers?)$/;

/** Whether two names are one, but for words that tell before from after. */
export function sameByWords(input: string, output: string): boolean {
  return without(BY_WORDS, input) === without(BY_WORDS, output);
}

/** Whether two names are one, but for words, letters and numbers that may tell before from after. */
export function sameByMarks(input: string, output: string): boolean {
  return without(BY_MARKS, input) === without(BY_MARKS, output);
}

/** Whether a name says that it is a state: conv_cache, hiddenIn, h0. */
export function isStateName(name: string): boolean {
  const words = name
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z]+/);
  return words.some((word) => STATE.test(word));
}

function without(parts: RegExp, name: string): string {
  const bare = name.replace(parts, "").toLowerCase();
  return bare === "" ? name.toLowerCase() : bare;
}
