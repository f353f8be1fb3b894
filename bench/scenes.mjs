// Pictures of two to four coloured shapes, each with a sentence that says where they are: `node bench/scenes.mjs scenes 3000 1` writes
// scenes/0.png, … and scenes/captions.jsonl, drawn with seed 1. Of each shape the table also says colour, kind, place and the box around it.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encode } from "fast-png";
import { Generator } from "../dist/index.js";

const [folder, count, seed] = process.argv.slice(2);
if (folder === undefined || ![count, seed].every((each) => Number.isInteger(Number(each)))) {
  console.error("usage: scenes.mjs FOLDER COUNT SEED");
  process.exit(2);
}
const SIZE = 64;
const COLOURS = {
  red: [214, 40, 40],
  green: [46, 139, 60],
  blue: [40, 82, 214],
  yellow: [238, 201, 32],
  purple: [134, 52, 168],
  orange: [240, 128, 24],
};
const PLACES = [
  ["top left", "top", "top right"],
  ["left", "middle", "right"],
  ["bottom left", "bottom", "bottom right"],
];
/** Whether a point at (x, y) from the middle lies in a shape of this radius. */
const SHAPES = {
  circle: (x, y, r) => x * x + y * y <= r * r,
  square: (x, y, r) => Math.max(Math.abs(x), Math.abs(y)) <= r * 0.85,
  triangle: (x, y, r) => y <= r * 0.8 && y >= 2 * Math.abs(x) - r,
};

const generator = new Generator(Number(seed));
const between = (low, high) => low + generator.integer(high - low + 1);
mkdirSync(folder, { recursive: true });
const lines = Array.from({ length: Number(count) }, (_, index) => {
  const data = new Uint8Array(3 * SIZE * SIZE).fill(between(215, 245));
  const cells = [...generator.permutation(9)].slice(0, between(2, 4)).sort((a, b) => a - b);
  const shapes = cells.map((cell) => {
    const [row, column] = [Math.floor(cell / 3), cell % 3];
    const [kind, colour] = [Object.keys(SHAPES), Object.keys(COLOURS)].map(
      (all) => all[generator.integer(all.length)],
    );
    const radius = between(6, 9);
    const middle = (at) => Math.round(((at + 0.5) * SIZE) / 3) + between(-1, 1);
    const [x, y] = [middle(column), middle(row)];
    for (let at = 0; at < SIZE * SIZE; at++)
      if (SHAPES[kind]((at % SIZE) - x, Math.floor(at / SIZE) - y, radius)) data.set(COLOURS[colour], 3 * at);
    return {
      colour,
      kind,
      place: PLACES[row][column],
      box: [x - radius, y - radius, x + radius, y + radius],
    };
  });
  const file = `${index}.png`;
  writeFileSync(join(folder, file), encode({ width: SIZE, height: SIZE, data, channels: 3, depth: 8 }));
  const said = shapes.map(({ colour, kind, place }) => {
    const article = colour === "orange" ? "an" : "a";
    return `${article} ${colour} ${kind} ${place === "middle" ? "in" : "at"} the ${place}`;
  });
  const sentence = `${said.slice(0, -1).join(" , ")} and ${said.at(-1)}`;
  return JSON.stringify({ file, sentence, shapes });
});
writeFileSync(join(folder, "captions.jsonl"), `${lines.join("\n")}\n`);
