// Opens a trained model and says what comes next: npm run example examples/predict.ts FOLDER "a prompt"
import { openModel } from "unrolled";

const [folder = "models/browser-api", prompt = "interface HTML"] = process.argv.slice(2);
const model = await openModel(folder, { task: "language" });
const { tokens, words } = await model.predict(prompt, { top: 5 });
for (const { token, probability } of tokens) {
  console.log(`${JSON.stringify(token).padEnd(8)} ${"█".repeat(Math.round(40 * probability))}`);
}
for (const { word, probability } of words) console.log(`${word} (${(100 * probability).toFixed(1)} %)`);
