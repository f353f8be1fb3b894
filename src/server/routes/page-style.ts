/** How the page looks. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --line: light-dark(#d8d8d2, #3a3a38); --soft: light-dark(#f6f6f2, #1f1f1e); --accent: light-dark(#1f5fa8, #8ab8f0); }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; }
header { display: flex; flex-wrap: wrap; gap: 1rem; align-items: baseline; padding: 1rem 1.5rem; border-bottom: 1px solid var(--line); }
header label { margin-left: auto; font-size: .875rem; }
h1 { font-size: 1.25rem; margin: 0; }
h2 { font-size: 1rem; margin: 1.5rem 0 .5rem; }
a { color: var(--accent); }
main { max-width: 60rem; margin: 0 auto; padding: 0 1.5rem 3rem; }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .75rem; margin: 0; }
dl div { background: var(--soft); border-radius: .5rem; padding: .5rem .75rem; }
dt { font-size: .8rem; }
dd { margin: 0; font-size: 1.35rem; font-variant-numeric: tabular-nums; }
article { border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; margin-bottom: 1rem; }
article h3 { margin: 0; font-size: 1rem; }
article p { margin: .1rem 0 .75rem; font-size: .875rem; }
textarea, input, button { font: inherit; color: inherit; background: transparent; border: 1px solid var(--line); border-radius: .35rem; padding: .4rem .6rem; }
textarea { width: 100%; min-height: 4.5rem; resize: vertical; }
button { cursor: pointer; background: var(--accent); border-color: var(--accent); color: light-dark(#fff, #101010); margin-top: .5rem; }
pre { background: var(--soft); border-radius: .35rem; padding: .75rem; margin: .75rem 0 0; white-space: pre-wrap; overflow-wrap: anywhere; font-size: .875rem; }
pre:empty { display: none; }
`;
