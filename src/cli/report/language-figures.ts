import { figure } from "../screen/amounts.ts";
import type { RunHistory } from "./run-history.ts";

/** A name, a value, and what else there is to say of it. */
export type Figure = readonly [name: string, value: string, more: string];

/** How good a language model is: in bits per character where its tokens keep the text, else in nats per token. */
export function languageFigures({ end, best }: RunHistory): readonly Figure[] {
  const lossNats = typeof end?.lossNats === "number" ? end.lossNats : best?.value;
  const ofEnd = end?.bitsPerCharacter;
  const bits = typeof ofEnd === "number" ? ofEnd : best?.found.bitsPerCharacter;
  if (lossNats === undefined) return [];
  const perplexity = `perplexity ${figure(Math.exp(lossNats))}`;
  return typeof bits === "number"
    ? [
        [
          "Held out",
          `${figure(bits)} bits`,
          `per character; ${figure(lossNats)} nats per token, ${perplexity}`,
        ],
      ]
    : [["Held out", `${figure(lossNats)} nats`, `per token; ${perplexity}`]];
}
