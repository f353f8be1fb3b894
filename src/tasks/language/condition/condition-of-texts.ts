// Which condition texts have, and what there is to say of it.
import { isNumberCell } from "../../../data/tables/number-cell.ts";
import { Scaler } from "../../../data/tables/scaler.ts";
import { naming, UnrolledError } from "../../../errors.ts";
import {
  type CategoryCondition,
  type Condition,
  checkCondition,
  isOfNumbers,
  type NumberCondition,
} from "./condition.ts";
import type { ConditionedText } from "./conditioned-data.ts";

/** A column with more numbers than these that differ is one of numbers, where nobody says; fewer can be names of categories. */
const MOST_CATEGORIES = 20;
const MOST_NAMED = 5;

/** What settings say of a condition. */
export interface AskedCondition {
  readonly condition: string | null;
  readonly conditionKind: "categories" | "numbers" | null;
  readonly conditionSize: number | null;
}

/** What texts are read as, found out from their cells if nobody says. */
export function kindOfTexts(
  records: readonly ConditionedText[],
  asked: AskedCondition["conditionKind"],
): "categories" | "numbers" {
  if (asked !== null) return asked;
  if (records.some(({ condition }) => typeof condition !== "string")) return "numbers";
  const cells = new Set(records.map(({ condition }) => String(condition)));
  const areNumbers = cells.size > MOST_CATEGORIES && [...cells].every(isNumberCell);
  return areNumbers ? "numbers" : "categories";
}

/** Texts whose conditions were read as they stand in a column, as numbers; a missing one is unknown. */
export function withNumbers(records: readonly ConditionedText[]): readonly ConditionedText[] {
  return records.map(({ text, condition }) => {
    if (typeof condition !== "string" || condition === "") return { text, condition };
    const value = isNumberCell(condition) ? Number(condition) : undefined;
    if (value === undefined) {
      throw new UnrolledError("invalid-argument", {
        call: "train",
        subject: [{ option: "condition" }],
        got: JSON.stringify(condition),
        needed: "a number",
      });
    }
    return { text, condition: Number.isNaN(value) ? "" : [value] };
  });
}

/**
 * The condition of texts to learn from.
 *
 * @throws UnrolledError "invalid-argument" where it is the same for all of them, or texts have unequally many numbers
 */
export function conditionOf(
  records: readonly ConditionedText[],
  kind: "categories" | "numbers",
  asked: AskedCondition,
): Condition {
  const { condition: name, conditionSize: size } = asked;
  const own = { name: name ?? "", size: size ?? 1 };
  const condition =
    kind === "numbers"
      ? { ...own, numbers: numbersOf(records, own.name) }
      : { ...own, categories: categoriesOf(records) };
  checkCondition("train", condition);
  return condition;
}

function categoriesOf(records: readonly ConditionedText[]): CategoryCondition["categories"] {
  const categories = [...new Set(records.map(({ condition }) => String(condition)))].filter(
    (each) => each !== "",
  );
  if (categories.length < 2)
    throw tooFew(categories.length === 0 ? "no category" : `the one category ${categories[0]}`);
  return categories.sort();
}

function numbersOf(records: readonly ConditionedText[], name: string): NumberCondition["numbers"] {
  const known = records.flatMap(({ condition }) => (typeof condition === "string" ? [] : [condition]));
  const [first] = known;
  if (first === undefined) throw tooFew("no number");
  const names = first.length === 1 ? [name] : name.split(",").map((each) => each.trim());
  const wrong = known.find(({ length }) => length !== names.length);
  if (wrong !== undefined) {
    throw new UnrolledError("invalid-argument", {
      call: "train",
      subject: [{ option: "condition" }],
      got: JSON.stringify(wrong),
      needed: `${names.length} ${names.length === 1 ? "number" : "numbers"}: ${names.join(", ")}`,
    });
  }
  if (known.every((each) => each.every((value, place) => value === first[place])))
    throw tooFew(`the one value ${first.join(",")}`);
  const { mean, deviation } = Scaler.fit(known, names.length);
  return names.map((each, place) => ({ name: each, mean: mean[place], deviation: deviation[place] }));
}

function tooFew(what: string): UnrolledError {
  return new UnrolledError("invalid-argument", {
    call: "train",
    problem: naming`${{ option: "condition" }} has ${what} in the texts to learn from, needed two or more`,
  });
}

/** What people should know of it before the first step. */
export function conditionNotes(records: readonly ConditionedText[], condition: Condition): readonly string[] {
  const unknown = records.filter(({ condition: own }) => own === "").length;
  const none = `${unknown} ${unknown === 1 ? "text has" : "texts have"} no ${condition.name}: learned from as of an unknown one`;
  return [
    ...(unknown === 0 ? [] : [none]),
    ...(isOfNumbers(condition) ? numberNotes(condition) : rareNotes(records, condition)),
  ];
}

function numberNotes(condition: NumberCondition): readonly string[] {
  const change = condition.numbers.length === 1 ? "; --condition-kind categories to change" : "";
  return [`The condition is read as ${numbersText(condition)}${change}.`];
}

/** "numbers: price 15.2 ± 3.1, points 88.4 ± 2": the means and deviations of a condition. */
export function numbersText({ numbers }: NumberCondition): string {
  const said = numbers.map(({ name, mean, deviation }) => `${name} ${rounded(mean)} ± ${rounded(deviation)}`);
  return `numbers: ${said.join(", ")}`;
}

function rareNotes(
  records: readonly ConditionedText[],
  { name, categories }: CategoryCondition,
): readonly string[] {
  const counts = new Map<unknown, number>();
  for (const { condition } of records) counts.set(condition, (counts.get(condition) ?? 0) + 1);
  const once = categories.filter((category) => counts.get(category) === 1);
  if (once.length === 0) return [];
  const [some, have] = once.length === 1 ? ["one", "has"] : [once.length, "have"];
  const named = once.slice(0, MOST_NAMED).join(", ");
  return [`${some} of ${categories.length} categories of ${name} ${have} one text: ${named}`];
}

/** A number with as many digits as people read. */
export function rounded(value: number): string {
  return String(Number(value.toPrecision(4)));
}
