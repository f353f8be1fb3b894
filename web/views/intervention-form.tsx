import { useMemo, useState } from "preact/hooks";
import type { Intervention, LayerTrace } from "unrolled/inspect";
import { quantitiesOf } from "../figures/quantities.ts";
import { unitsFromText } from "./unit-ranges.ts";

export interface InterventionFormProps {
  readonly layers: readonly LayerTrace[];
  readonly steps: number;
  /** What the form begins with. */
  readonly layer: number;
  readonly unit: number;
  onAdd(intervention: Intervention): void;
}

/** What can be changed, as a form: clamp or scale units of a state or gate over some steps. */
export function InterventionForm({ layers, steps, layer: atLayer, unit, onAdd }: InterventionFormProps) {
  const numLayers = layers.length;
  const [layer, setLayer] = useState(Math.min(atLayer, numLayers - 1));
  const { widths, hiddenSize: gateUnits } = layers[layer];
  const [what, setWhat] = useState<Intervention["what"]>("h");
  const [units, setUnits] = useState(String(Math.min(unit, widths.h - 1)));
  const [how, setHow] = useState<"value" | "scale">("value");
  const [amount, setAmount] = useState("0");
  const [from, setFrom] = useState("1");
  const [to, setTo] = useState("");
  const changeable = useMemo(() => quantitiesOf(layers[layer]), [layers, layer]);
  const hiddenSize = widths[what] ?? gateUnits;
  const read = unitsFromText(units, hiddenSize);
  const number = amount.trim() === "" ? Number.NaN : Number(amount);
  const [first, last] = [Number(from), to.trim() === "" ? undefined : Number(to)];
  const problem =
    read === undefined
      ? `Units are whole numbers from 0 to ${hiddenSize - 1}, such as 3, 5-9, or all.`
      : !Number.isFinite(number)
        ? "The number is not one."
        : !(Number.isInteger(first) && first >= 1) ||
            !(last === undefined || (Number.isInteger(last) && last >= first))
          ? "Steps are whole numbers from 1, the last one not before the first."
          : undefined;
  const add = (event: Event) => {
    event.preventDefault();
    if (problem !== undefined || read === undefined) return;
    onAdd({
      layer,
      what,
      ...(read === "all" ? {} : { units: read }),
      ...(first === 1 ? {} : { from: first - 1 }),
      ...(last === undefined ? {} : { to: last }),
      ...(how === "value" ? { value: number } : { scale: number }),
    });
  };
  return (
    <form class="card intervention-form" onSubmit={add}>
      <h2>Change something</h2>
      <div class="controls">
        {numLayers > 1 && (
          <label>
            Layer{" "}
            <select value={layer} onChange={({ currentTarget }) => setLayer(Number(currentTarget.value))}>
              {Array.from({ length: numLayers }, (_, index) => (
                <option key={`${index}`} value={index}>
                  {index + 1}
                </option>
              ))}
            </select>
          </label>
        )}
        <label>
          What{" "}
          <select
            value={what}
            onChange={({ currentTarget }) => setWhat(currentTarget.value as Intervention["what"])}
          >
            {changeable.map(({ name, title }) => (
              <option key={name} value={name}>
                {title}
              </option>
            ))}
          </select>
        </label>
        <label>
          Units{" "}
          <input class="units" value={units} onInput={({ currentTarget }) => setUnits(currentTarget.value)} />
        </label>
        <label>
          How{" "}
          <select
            value={how}
            onChange={({ currentTarget }) => setHow(currentTarget.value as "value" | "scale")}
          >
            <option value="value">hold at</option>
            <option value="scale">multiply by</option>
          </select>
          <input
            class="amount"
            aria-label="Number to hold at or to multiply by"
            inputMode="decimal"
            value={amount}
            onInput={({ currentTarget }) => setAmount(currentTarget.value)}
          />
        </label>
        <label>
          From step{" "}
          <input
            class="amount"
            inputMode="numeric"
            value={from}
            onInput={({ currentTarget }) => setFrom(currentTarget.value)}
          />
        </label>
        <label>
          to{" "}
          <input
            class="amount"
            aria-label="Last step, or nothing for no end"
            inputMode="numeric"
            placeholder="the end"
            value={to}
            onInput={({ currentTarget }) => setTo(currentTarget.value)}
          />
        </label>
        <button type="submit" disabled={problem !== undefined}>
          Add the change
        </button>
      </div>
      <p class="note" role="status">
        {problem ??
          `Hold at 0 ablates. The text has ${steps} steps; without a last step, the change goes on in the continuation.`}
      </p>
    </form>
  );
}

/** A change in words. */
export function interventionInWords(
  { layer, what, units, from, to, value, scale }: Intervention,
  unitsText: string,
): string {
  const steps =
    from === undefined && to === undefined
      ? "at all steps"
      : `from step ${(from ?? 0) + 1} ${to === undefined ? "on" : `to ${to}`}`;
  const who = units === undefined ? "all units" : `unit${units.length === 1 ? "" : "s"} ${unitsText}`;
  const how = value === undefined ? `multiplied by ${scale}` : `held at ${value}`;
  return `${what} of ${who}, layer ${layer + 1}: ${how} ${steps}`;
}
