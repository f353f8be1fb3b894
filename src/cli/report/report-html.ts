// A run's report: one page that asks for nothing else and needs no script.

import type { Surprise } from "../../tasks/language/evaluation/surprise.ts";
import { LANGUAGE } from "../../tasks/language/language-description.ts";
import { count, counted, duration, figure, short } from "../screen/amounts.ts";
import { cellName } from "../screen/language-words.ts";
import { wordsOf } from "../screen/task-words.ts";
import { charts } from "./charts.ts";
import { escaped } from "./escaped.ts";
import { forecastSection } from "./forecast-section.ts";
import { type Figure, languageFigures } from "./language-figures.ts";
import { passage } from "./passage.ts";
import type { RunHistory, Text } from "./run-history.ts";
import { settingsTables } from "./settings-tables.ts";
import { STYLE } from "./style.ts";

/** `name` is what the model is called; `surprises` are of a held-out passage, null where nothing is held out; `evaluation` is what the model's folder says of it. */
export function reportHtml(
  name: string,
  history: RunHistory,
  surprises: readonly Surprise[] | null,
  evaluation: object = {},
): string {
  const { start, samples, notes } = history;
  const sections = [
    `<h1>${escaped(name)}</h1>`,
    `<p class="faint">${escaped(summary(history))}</p>`,
    figures(history),
    charts(history),
    notes.length > 0 ? `<h2>Notes</h2><table>${notes.map(note).join("")}</table>` : "",
    passageSection(surprises),
    forecastSection(evaluation),
    samples.length > 0 ? `<h2>Samples over time</h2>${samples.map(sample).join("")}` : "",
    start ? settingsTables(start, history.task) : "",
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<link rel="icon" href="data:,">
<title>${escaped(name)}: training report</title>
<style>${STYLE}</style>
</head>
<body>
${sections.filter((section) => section !== "").join("\n")}
</body>
</html>
`;
}

function summary({ task, start, end, resumptions }: RunHistory): string {
  const parts: string[] = [];
  if (start) {
    const isLanguage = task.name === LANGUAGE.name;
    const model = isLanguage ? cellName(start as unknown as Parameters<typeof cellName>[0]) : task.name;
    parts.push(`${model}, ${counted(Number(start.parameters), "parameter")}`);
  }
  if (!end) parts.push("the log ends before the run did");
  else if (end.reason === "aborted") parts.push("stopped before its end");
  if (resumptions > 0) parts.push(`resumed ${resumptions === 1 ? "once" : `${resumptions} times`}`);
  return parts.join("; ");
}

function figures(history: RunHistory): string {
  const { task, start, end, steps, best, last, loss } = history;
  const isLanguage = task.name === LANGUAGE.name;
  const words = wordsOf(task);
  const found: Figure[] = [];
  if (isLanguage) found.push(...languageFigures(history));
  else if (best) found.push(["Held out", ...words.figures(best.found)]);
  if (best && last && best.step !== last.step)
    found.push([
      "Best at",
      `step ${count(best.step)}`,
      isLanguage
        ? `${figure(best.value)} nats; last ${figure(last.value)}`
        : `${words.shortQuality(best.found)}; last ${words.shortQuality(last.found)}`,
    ]);
  const lastLoss = loss.buckets.at(-1);
  if (lastLoss)
    found.push(["Training loss", words.loss(lastLoss.mean), `${isLanguage ? "per token, " : ""}at the end`]);
  const perEpoch = Number(start?.stepsPerEpoch ?? 0);
  found.push(["Steps", count(steps), perEpoch > 0 ? `${(steps / perEpoch).toFixed(2)} epochs` : ""]);
  if (typeof end?.seconds === "number") found.push(["Time", duration(end.seconds), ""]);
  const pace = end?.[`${task.units}PerSecond`];
  if (typeof pace === "number") {
    const units = isLanguage ? (UNITS[String(start?.tokenizer)] ?? "tokens") : task.units;
    found.push(["Speed", short(pace), `${units} per second`]);
  }
  const shown = found.map(
    ([name, value, more]) =>
      `<div><dt>${name}</dt><dd>${value}${more === "" ? "" : `<small>${more}</small>`}</dd></div>`,
  );
  return `<dl class="figures">${shown.join("")}</dl>`;
}

const UNITS: Readonly<Record<string, string>> = { char: "characters", byte: "bytes", word: "words" };

function passageSection(surprises: readonly Surprise[] | null): string {
  const measured = (surprises ?? []).flatMap(({ bits }) => (bits === null ? [] : [bits]));
  if (!surprises || measured.length === 0) return "";
  const mean = measured.reduce((sum, bits) => sum + bits, 0) / measured.length;
  const told =
    `How much each token of the held-out text's beginning surprised the model, which has read all before it: ` +
    `${mean.toFixed(2)} bits on average over ${counted(measured.length, "token")}. Each number shows under the pointer.`;
  return `<h2>Surprise on text it has not learned from</h2><p class="faint">${told}</p>${passage(surprises)}`;
}

function sample({ step, text }: Text): string {
  return `<figure><figcaption>after ${counted(step, "step")}</figcaption><pre>${escaped(text)}</pre></figure>`;
}

function note({ step, text }: Text): string {
  return `<tr><td>step ${count(step)}</td><td>${escaped(text)}</td></tr>`;
}
