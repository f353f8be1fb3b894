// What a browser's engine makes of the library, told to the server that the page is from: so any browser can be asked, by an address alone.
import { conformance } from "../../conformance/table.ts";
import { trainAndGenerate } from "../../package/consumer.ts";

async function found(): Promise<object> {
  try {
    return { trained: await trainAndGenerate(2), table: await conformance("wasm") };
  } catch (error) {
    return { problem: `${error}\n${(error as Error).stack}` };
  }
}

await fetch("/said", { method: "POST", body: JSON.stringify(await found()) });
