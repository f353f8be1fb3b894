import { render } from "preact";
import { App } from "./app.tsx";
import { openEngine } from "./engine/engine.ts";

render(<App engine={openEngine()} />, document.getElementById("page")!);
