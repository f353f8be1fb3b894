import { trainAndGenerate } from "./consumer.ts";

process.stdout.write(JSON.stringify(await trainAndGenerate()));
