// `npm run explorer`: serves the explorer from its sources, and again whenever one changes. Parameters are Vite's:
//   npm run explorer -- --port 8000 --open
import { spawn } from "node:child_process";
import { join } from "node:path";
import { root, setUp } from "./setup.mjs";

try {
  setUp();
} catch (error) {
  console.error(`error: ${error.message}`);
  process.exit(error.exitCode ?? 1);
}
const vite = join(root, "node_modules/vite/bin/vite.js");
const server = spawn(process.execPath, [vite, join(root, "web"), ...process.argv.slice(2)], {
  stdio: "inherit",
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => server.kill(signal));
server.on("exit", (code) => {
  process.exitCode = code ?? 0;
});
