import { trainAndGenerate } from "./consumer.ts";

const [one, two] = [await trainAndGenerate(1), await trainAndGenerate(2)];
process.stdout.write(JSON.stringify({ one, two }));
