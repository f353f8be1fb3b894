import type { ServerApp } from "../server-app.ts";
import { PAGE_SCRIPT } from "./page-script.ts";
import { PAGE_STYLE } from "./page-style.ts";

/** A step, and the loop by which it comes after itself. */
const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" fill="none" stroke="#2563eb" stroke-width="3">
<rect x="9" y="15" width="14" height="12" rx="3"/><path d="M23 21h4V9a4 4 0 0 0-4-4H9a4 4 0 0 0-4 4v12h4"/></svg>
`;

/** `GET /openapi.json`, made of the schemas that check requests, and the page at `/`. */
export function addPage(app: ServerApp): void {
  app.openAPIRegistry.registerComponent("securitySchemes", "key", { type: "http", scheme: "bearer" });
  app.doc31("/openapi.json", {
    openapi: "3.1.0",
    info: { title: "Unrolled", version: "1", description: "Recurrent neural networks over HTTP" },
    security: [{}, { key: [] }],
  });
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Unrolled</title>
<link rel="icon" href="favicon.svg">
<style>${PAGE_STYLE}</style>
</head>
<body>
<header><h1>Unrolled</h1><a href="openapi.json">openapi.json</a>
<label>API key <input id="key" type="password" autocomplete="off" placeholder="if one is needed"></label></header>
<main>
<section aria-labelledby="metrics-title"><h2 id="metrics-title">Now</h2><dl id="metrics"></dl></section>
<section aria-labelledby="models-title"><h2 id="models-title">Models</h2><div id="models"><p>…</p></div></section>
</main>
<script type="module">${PAGE_SCRIPT}</script>
</body>
</html>
`;
  const headers = {
    "content-security-policy":
      "default-src 'self'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'",
    "x-content-type-options": "nosniff",
  };
  app.get("/", (context) => context.html(html, 200, headers));
  app.get("/favicon.svg", (context) => context.body(icon, 200, { "content-type": "image/svg+xml" }));
}
