// Where a model that describes pictures looks as it names a shape, for scenes that bench/scenes.mjs has drawn:
//   node bench/scene-attention.mjs models/scenes held/captions.jsonl
// says how many sentences are right as a whole, and of all shapes that are named rightly, at which share the attention map's maximum lies on
// the shape: the middle of its place of the grid lies in the box around the shape.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { decode } from "fast-png";
import { openModel } from "../dist/index.js";

const [folder, table] = process.argv.slice(2);
if (table === undefined) {
  console.error("usage: scene-attention.mjs MODEL CAPTIONS.jsonl");
  process.exit(2);
}
const model = await openModel(folder, { task: "caption" });
const scenes = readFileSync(table, "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line));
const found = { pictures: scenes.length, right: 0, shapes: 0, onShape: 0, onShapeByColour: 0 };
for (const { file, sentence, shapes } of scenes) {
  const picture = pictureOf(readFileSync(join(dirname(table), file)));
  const { text, tokens, attention, grid } = await model.predict({ picture, beam: 1 });
  // Written texts have no space before a comma.
  if (text === sentence.replaceAll(" ,", ",")) found.right += 1;
  // Shapes are named from the top left on, as they are listed; what is named otherwise is not counted as looked at.
  const named = tokens.map((token) => token.trim());
  let from = 0;
  for (const { colour, kind, box } of shapes) {
    found.shapes += 1;
    const at = named.findIndex((token, place) => place >= from && token === kind);
    if (at < 1 || named[at - 1] !== colour) continue;
    from = at + 1;
    if (isOn(attention[at], grid, box, picture)) found.onShape += 1;
    if (isOn(attention[at - 1], grid, box, picture)) found.onShapeByColour += 1;
  }
}
const share = (part, whole) => Number((part / whole).toFixed(4));
console.log(
  JSON.stringify({
    ...found,
    sentencesRight: share(found.right, found.pictures),
    maximumOnShape: share(found.onShape, found.shapes),
    maximumOnShapeByColour: share(found.onShapeByColour, found.shapes),
  }),
);

function isOn(shares, [rows, columns], [left, top, right, bottom], { width, height }) {
  const most = shares.indexOf(Math.max(...shares));
  const [row, column] = [Math.floor(most / columns), most % columns];
  const [x, y] = [((column + 0.5) * width) / columns, ((row + 0.5) * height) / rows];
  return x >= left && x <= right && y >= top && y <= bottom;
}

function pictureOf(bytes) {
  const { width, height, data, channels } = decode(bytes);
  const rgba = new Uint8Array(4 * width * height).fill(255);
  for (let pixel = 0; pixel < width * height; pixel++)
    for (let channel = 0; channel < 3; channel++)
      rgba[4 * pixel + channel] = data[channels * pixel + channel];
  return { width, height, rgba };
}
