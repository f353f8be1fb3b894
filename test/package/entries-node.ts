import { useEntries } from "./entries.ts";

console.log(JSON.stringify(await useEntries()));
