/** The page's looks, for light and dark ground, wide and narrow windows. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #ffffff; --text: #1b1f24; --faint: #59636e; --edge: #d8dee4;
  --train: #3b6fb6; --held: #c2570c; --other: #4b7f52; --surprise: 232 120 10;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14171b; --text: #e4e7eb; --faint: #9aa4af; --edge: #343b44;
    --train: #7fb0f0; --held: #f0944a; --other: #86c290; --surprise: 240 140 30;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 24px 20px 60px; max-width: 1100px; background: var(--ground); color: var(--text);
  font: 15px/1.5 system-ui, sans-serif;
}
h1 { font-size: 24px; line-height: 1.25; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 17px; margin: 36px 0 8px; }
h3 { font-size: 14px; margin: 0 0 4px; font-weight: 600; }
p { margin: 4px 0 10px; }
.faint, figcaption { color: var(--faint); }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin: 20px 0 0; }
.figures div { border: 1px solid var(--edge); border-radius: 6px; padding: 8px 12px; }
.figures dt { color: var(--faint); font-size: 13px; }
.figures dd { margin: 0; font-size: 19px; font-variant-numeric: tabular-nums; }
.figures small { display: block; font-size: 12.5px; color: var(--faint); }
svg { display: block; width: 100%; height: auto; }
svg text { font: 12px system-ui, sans-serif; fill: var(--faint); font-variant-numeric: tabular-nums; }
.grid { stroke: var(--edge); stroke-width: 1; }
.line { fill: none; stroke-width: 1.8; stroke-linejoin: round; }
.band { opacity: 0.18; stroke: none; }
.line.train { stroke: var(--train); } circle.train, .band.train { fill: var(--train); }
.line.raw { stroke: var(--train); opacity: 0.35; stroke-width: 1; } circle.raw { display: none; } .band.raw { fill: var(--train); }
.line.held { stroke: var(--held); stroke-dasharray: 6 3; } circle.held, .band.held { fill: var(--held); }
.line.other { stroke: var(--other); } circle.other, .band.other { fill: var(--other); }
.keys { display: flex; flex-wrap: wrap; gap: 2px 18px; font-size: 13px; color: var(--faint); margin: 0; }
.keys svg { display: inline-block; width: 26px; height: 10px; margin-right: 6px; vertical-align: middle; }
.small { display: grid; grid-template-columns: repeat(3, 1fr); gap: 20px; margin-top: 20px; }
.narrow { display: none; }
table { border-collapse: collapse; width: 100%; }
td { border-bottom: 1px solid var(--edge); padding: 4px 10px 4px 0; vertical-align: top; overflow-wrap: anywhere; }
td:first-child { color: var(--faint); width: 45%; }
.tables { display: grid; grid-template-columns: 1fr 1fr; gap: 0 40px; }
pre {
  white-space: pre-wrap; overflow-wrap: anywhere; margin: 0; padding: 10px 12px; border: 1px solid var(--edge); border-radius: 6px;
  font: 13.5px/1.6 ui-monospace, monospace; unicode-bidi: isolate;
}
figure { margin: 0 0 14px; }
figcaption { font-size: 13px; }
.legend { font-size: 13px; color: var(--faint); }
.legend span { padding: 2px 7px; border-radius: 3px; color: var(--text); white-space: nowrap; line-height: 1.9; }
.b1 { background: rgb(var(--surprise) / 0.08); } .b2 { background: rgb(var(--surprise) / 0.17); }
.b3 { background: rgb(var(--surprise) / 0.28); } .b4 { background: rgb(var(--surprise) / 0.4); }
.b5 { background: rgb(var(--surprise) / 0.54); } .b6 { background: rgb(var(--surprise) / 0.82); }
.b7 { background: rgb(var(--surprise) / 0.95); }
.b6, .b7, .legend .b6, .legend .b7 { color: #14171b; }
@media (max-width: 720px) {
  .small, .tables { grid-template-columns: 1fr; }
  .narrow { display: block; }
  .wide { display: none; }
  .figures { grid-template-columns: 1fr 1fr; }
}
@media (max-width: 380px) { .figures { grid-template-columns: 1fr; } }
`;
