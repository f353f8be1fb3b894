import { field, invalidTokenizer, shown } from "../json-fields.ts";

const WORD = "\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}";
/** What a class escape of Oniguruma means: in a class, and outside of one. */
const CLASSES: Readonly<Record<string, readonly [inside: string | undefined, outside: string]>> = {
  s: ["\\p{White_Space}", "\\p{White_Space}"],
  S: ["\\P{White_Space}", "\\P{White_Space}"],
  d: ["\\p{Nd}", "\\p{Nd}"],
  D: ["\\P{Nd}", "\\P{Nd}"],
  w: [WORD, `[${WORD}]`],
  W: [undefined, `[^${WORD}]`],
  A: [undefined, "(?<![\\s\\S])"],
  z: [undefined, "(?![\\s\\S])"],
};
const SYNTAX = /[\^$\\.*+?()[\]{}|/]/;
/** Escapes that mean the same in both. */
const SHARED = /[nrtfv0]/;

/**
 * The pattern of a step of a `tokenizer.json`, a text or a regular expression of Oniguruma, as one of JavaScript (flags g, m and u)
 * that matches the same.
 *
 * @throws UnrolledError "invalid-file" for an expression that JavaScript cannot have
 */
export function patternOf(pattern: unknown, path: string): RegExp {
  const text = field(pattern, "String");
  if (typeof text === "string" && text !== "")
    return new RegExp(text.replace(/[\^$\\.*+?()[\]{}|/]/g, "\\$&"), "gu");
  const expression = field(pattern, "Regex");
  if (typeof expression !== "string")
    throw invalidTokenizer(`${path} is ${shown(pattern)}, needed a String or a Regex`);
  try {
    return new RegExp(translated(expression), "gmu");
  } catch (error) {
    const why = error instanceof SyntaxError ? error.message.replace(/^.*: /, "") : String(error);
    throw invalidTokenizer(
      `${path} has the regular expression ${shown(expression)}, which is not read: ${why}`,
    );
  }
}

function translated(expression: string): string {
  let result = "";
  let inClass = false;
  /** How many groups are open since one whose letters match in both cases; 0 outside of such a group. */
  let bothCases = 0;
  let wasQuantifier = false;
  for (let at = 0; at < expression.length; at++) {
    const character = expression[at];
    const quantifier = inClass
      ? undefined
      : /^(?:[*+?]|\{\d*,?\d*\})/.exec(expression.slice(at, at + 12))?.[0];
    if (wasQuantifier && character === "+" && quantifier) throw new SyntaxError("possessive quantifiers");
    wasQuantifier = quantifier !== undefined;
    if (quantifier !== undefined) {
      result += quantifier;
      at += quantifier.length - 1;
      continue;
    }
    if (character === "\\") {
      const escaped = expression[at + 1] ?? "";
      const unit = unitAt(expression, at, inClass);
      result += unit;
      at += /[pPux]/.test(escaped) ? unit.length - 1 : 1;
    } else if (inClass) {
      if (character === "[" || expression.startsWith("&&", at))
        throw new SyntaxError("classes inside a class");
      if (character === "]") inClass = false;
      result += character;
    } else if (character === "[") {
      inClass = true;
      result += character;
      if (expression[at + 1] === "^") result += expression[++at];
    } else if (character === "(") {
      const inBothCases = expression.startsWith("(?i:", at);
      if (!inBothCases && /^\(\?(?![:=!]|<[=!])/.test(expression.slice(at, at + 4)))
        throw new SyntaxError("groups with options or names");
      if (inBothCases || bothCases > 0) bothCases += 1;
      result += inBothCases ? "(?:" : character;
      if (inBothCases) at += 3;
    } else if (character === ")") {
      bothCases = Math.max(0, bothCases - 1);
      result += character;
    } else if (character === ".") {
      result += "[^\\n]";
    } else if (bothCases > 0 && /[A-Za-z]/.test(character)) {
      result += `[${character.toLowerCase()}${character.toUpperCase()}]`;
    } else {
      result += character;
    }
  }
  return result;
}

/** What stands for the escape at `at`. */
function unitAt(expression: string, at: number, inClass: boolean): string {
  const escaped = expression[at + 1] ?? "";
  if (escaped in CLASSES) {
    const [inside, outside] = CLASSES[escaped];
    if (!inClass) return outside;
    if (inside === undefined) throw new SyntaxError(`\\${escaped} inside a class`);
    return inside;
  }
  const long = /^\\(?:[pP]\{[^}]*\}|u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2})/.exec(expression.slice(at));
  if (long) return long[0];
  if (SYNTAX.test(escaped) || SHARED.test(escaped) || (inClass && escaped === "-")) return `\\${escaped}`;
  if (/[A-Za-z0-9]/.test(escaped)) throw new SyntaxError(`the escape \\${escaped}`);
  return escaped;
}
