/** Pixels that a frame has at least and at most; in a lower one the figure scrolls. */
const [LEAST, MOST] = [240, 1600];

/** HTML that puts the view of a link into another page, without what stands around it here. */
export function embedSnippet(href: string, title: string, height: number): string {
  const url = new URL(href);
  const state = new URLSearchParams(url.hash.slice(1));
  state.set("isEmbedded", "1");
  url.hash = state.toString();
  const pixels = Math.round(Math.min(MOST, Math.max(LEAST, height)));
  const quoted = (text: string) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  return `<iframe src="${quoted(url.href)}" title="${quoted(title)}" width="100%" height="${pixels}" loading="lazy" style="border:0"></iframe>`;
}
