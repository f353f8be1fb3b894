import { escaped } from "../report/escaped.ts";
import { STYLE } from "../report/style.ts";
import type { Aspect, AspectName } from "./aspect-names.ts";

const TITLES: Readonly<Record<AspectName, string>> = {
  states: "What it holds",
  gates: "What its gates let through",
  gradients: "How far gradients go back",
  reach: "How far back it remembers",
  units: "What its units respond to",
  surprise: "What surprises it",
};

const FIGURE_STYLE = `
.figure { overflow-x: auto; margin: 0 0 18px; }
.figure svg { width: auto; max-width: none; }
svg text.title { font-weight: 600; fill: var(--text); }
svg text.letter { font: 10px ui-monospace, monospace; }
table.plain { margin: 0 0 18px; }
table.plain td { overflow-wrap: normal; }
table.plain td:first-child { width: auto; }
th { text-align: left; font-weight: 600; padding: 4px 10px 4px 0; border-bottom: 1px solid var(--edge); }
code { font: 13px/1.5 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
h3 { margin-top: 22px; }
`;

/** The report: one page that asks for nothing else and needs no script. */
export function inspectionHtml(name: string, subtitle: string, aspects: readonly Aspect[]): string {
  const sections = aspects.map(
    ({ name: aspect, html }) => `<section id="${aspect}"><h2>${TITLES[aspect]}</h2>${html}</section>`,
  );
  const links = aspects.map(({ name: aspect }) => `<a href="#${aspect}">${TITLES[aspect]}</a>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<link rel="icon" href="data:,">
<title>${escaped(name)}: a look inside</title>
<style>${STYLE}${FIGURE_STYLE}</style>
</head>
<body>
<h1>${escaped(name)}</h1>
<p class="faint">${escaped(subtitle)}</p>
<p class="keys">${links.join("")}</p>
${sections.join("\n")}
</body>
</html>
`;
}
