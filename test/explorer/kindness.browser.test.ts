// What goes wrong for readers is said kindly, and nothing is lost.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { writeOnnx } from "unrolled/formats/onnx";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exportedNetwork } from "../../src/tasks/language/model/exported-network.ts";
import type { PageState } from "../../web/state.ts";
import { type Explorer, openExplorer, referenceModel } from "./site.ts";

let explorer: Explorer;
beforeAll(async () => {
  explorer = await openExplorer();
});
afterAll(() => explorer?.close());

const notes = (page: Page) => page.locator(".notes").textContent();
const model = (name: string) => fileURLToPath(new URL(`../../web/public/model/${name}`, import.meta.url));
const choose = (page: Page, files: Parameters<ReturnType<Page["locator"]>["setInputFiles"]>[0]) =>
  page.locator('input[type="file"]').setInputFiles(files);

async function onPage(state: Partial<PageState>, body: (page: Page) => Promise<void>): Promise<void> {
  await body(await explorer.open(state));
}

describe("texts", () => {
  test("characters that the model lacks are named, and read as unknown", () =>
    onPage({ text: "ein Fluß 🎈 fließt" }, async (page) => {
      await expect.poll(() => notes(page)).toContain('has never seen "ß", "🎈"');
      // The balloon is one step, and stays itself.
      await expect.poll(() => page.locator(".stage").getAttribute("aria-valuemax")).toBe("17");
    }));

  test("an empty text leaves no network standing, and is read again once there is one", () =>
    onPage({ text: "node", view: "next" }, async (page) => {
      await page.locator("#text").fill("");
      await expect.poll(() => notes(page)).toContain("The text is empty");
      await expect.poll(() => page.locator("main").textContent()).toContain("Nothing has been read yet");
      await page.locator("#text").fill("Element");
      await expect.poll(() => page.locator(".token-text").textContent()).toBe("Element");
      await expect.poll(() => notes(page)).toBe("");
    }));

  test("of a text of 5 MB the beginning is taken, and the rest is said", { tags: "long" }, () =>
    onPage({ view: "next" }, async (page) => {
      await page.locator("#text").evaluate((area: HTMLTextAreaElement) => {
        area.value = "interface Node { }\n".repeat(263_158);
        area.dispatchEvent(new Event("input", { bubbles: true }));
      });
      await expect
        .poll(() => notes(page))
        .toContain("The first 20,000 characters of the text are taken; 4,980,002 more");
      await expect
        .poll(() => notes(page))
        .toContain("The first 2,000 tokens are shown; 18,000 characters after them");
      expect((await page.locator("#text").inputValue()).length).toBe(20_000);
    }),
  );

  test("a page that is opened with an empty text says so", () =>
    onPage({ text: "" }, async (page) => {
      await expect.poll(() => notes(page)).toContain("The text is empty");
      await expect.poll(() => page.locator("main").textContent()).toContain("Nothing has been read yet");
    }));
});

describe("models", () => {
  test("a file that is no model is refused in a sentence, and the open model stays", () =>
    onPage({}, async (page) => {
      const before = await page.locator(".model-name").textContent();
      await choose(page, {
        name: "holiday.jpg",
        mimeType: "image/jpeg",
        buffer: Buffer.from("\xff\xd8\xff\xe0 no model", "latin1"),
      });
      await expect.poll(() => page.locator(".problem").textContent()).toMatch(/^[A-Z].*safetensors/);
      await expect.poll(() => page.locator(".model-name").textContent()).toBe(before);
      await expect.poll(() => page.locator(".diagram .copy").count()).toBeGreaterThan(5);
      await expect
        .poll(() => page.locator(".problem").textContent())
        .toMatch(
          /^The file holiday\.jpg is a picture, and no model\. This page opens models that read text: /,
        );
      // It goes on as if nothing had happened.
      await page.locator("#text").fill("abc");
      await expect.poll(() => page.locator(".stage").getAttribute("aria-valuemax")).toBe("3");
      await expect.poll(() => notes(page)).toBe("");
    }));

  test("a model without its weights names what is missing", () =>
    onPage({}, async (page) => {
      await choose(page, [model("config.json"), model("tokenizer.json")]);
      await expect
        .poll(() => page.locator(".problem").textContent())
        .toContain("model.safetensors is missing");
    }));

  test("damaged weights are said to be damaged", () =>
    onPage({}, async (page) => {
      const files = ["config.json", "tokenizer.json"].map((name) => ({
        ...{ name, mimeType: "application/json", buffer: readFileSync(model(name)) },
      }));
      const weights = readFileSync(model("model.safetensors"));
      await choose(page, [
        ...files,
        { name: "model.safetensors", mimeType: "", buffer: weights.subarray(0, weights.length / 2) },
      ]);
      await expect.poll(() => page.locator(".problem").textContent()).toContain("model.safetensors");
    }));

  test("a model's folder that is chosen is opened, and the link says that it cannot hold it", () =>
    onPage({}, async (page) => {
      const before = await page.locator(".model-name").textContent();
      await choose(page, ["config.json", "tokenizer.json", "model.safetensors"].map(model));
      await expect.poll(() => page.url()).toContain("model=dropped");
      await expect.poll(() => page.locator(".model-name").textContent()).toBe(before);
      await expect.poll(() => page.locator(".problem").count()).toBe(0);
    }));

  test("weights alone, as PyTorch names them, are a model together with a tokenizer", () =>
    onPage({ view: "next" }, async (page) => {
      const before = await page.getByTestId("surprise").textContent();
      await choose(page, model("model.safetensors"));
      const problem = () => page.locator(".problem").textContent();
      await expect
        .poll(problem)
        .toBe("model.safetensors does not say what its tokens are; drop its tokenizer.json along with it");
      await choose(page, ["model.safetensors", "tokenizer.json"].map(model));
      await expect.poll(() => page.url()).toContain("model=dropped");
      await expect
        .poll(() => page.locator(".model-name").textContent())
        .toMatch(/^LSTM, 1 layer of 128 units, 102 tokens/);
      await expect.poll(() => page.getByTestId("surprise").textContent()).toBe(before);
      await expect.poll(() => page.locator(".problem").count()).toBe(0);
    }));

  test("an ONNX graph of a language model is looked into together with a tokenizer", () =>
    onPage({ view: "next" }, async (page) => {
      const before = await page.getByTestId("surprise").textContent();
      const reference = await referenceModel();
      const onnx = writeOnnx(await exportedNetwork(reference));
      const file = { name: "book.onnx", mimeType: "", buffer: Buffer.from(onnx) };
      const tokenizer = readFileSync(model("tokenizer.json"));
      await choose(page, [file, { name: "tokenizer.json", mimeType: "application/json", buffer: tokenizer }]);
      await expect.poll(() => page.url()).toContain("model=dropped");
      await expect
        .poll(() => page.locator(".model-name").textContent())
        .toMatch(/^LSTM, 1 layer of 128 units, 102 tokens/);
      await expect.poll(() => page.getByTestId("surprise").textContent()).toBe(before);
      await expect.poll(() => page.locator(".problem").count()).toBe(0);
    }));

  test("of an ONNX graph that is none, the first node that does not fit is named", { tags: "long" }, () =>
    onPage({}, async (page) => {
      const linear = { kind: "linear", inputSize: 3, outputSize: 2, bias: false } as const;
      const onnx = writeOnnx({
        config: {
          inputs: [{ name: "x", axes: ["B", "T"], kind: "int" }],
          layers: [
            { name: "table", inputs: ["x"], config: { kind: "embedding", vocabularySize: 4, size: 3 } },
            { name: "squashed", inputs: ["table"], config: { kind: "activation", activation: "tanh" } },
            { name: "last", inputs: ["squashed"], config: linear },
          ],
          outputs: [{ name: "y", from: "last" }],
        },
        tensors: {
          "table.weight": { shape: [4, 3], data: new Float32Array(12) },
          "last.weight": { shape: [2, 3], data: new Float32Array(6) },
        },
      });
      await choose(page, { name: "book.onnx", mimeType: "", buffer: Buffer.from(onnx) });
      await expect
        .poll(() => page.locator(".problem").textContent())
        .toMatch(/^Node ".*" \(Tanh\) is no part of a language model: needed an embedding/);
    }),
  );

  test(
    "a link that was made with such a model is opened with the one that comes along",
    { tags: "long" },
    () =>
      onPage({ model: "dropped", text: "abc" }, async (page) => {
        await expect.poll(() => notes(page)).toContain("from somebody's own disk");
        await expect.poll(() => page.locator(".stage").getAttribute("aria-valuemax")).toBe("3");
      }),
  );

  test("a link to a model that is not there says where it looked", () =>
    onPage({ model: "models/none/" }, async (page) => {
      await expect
        .poll(() => page.locator(".problem").textContent())
        .toContain("models/none/config.json: 404");
    }));
});

test("a browser that cannot run the kernels is told what it lacks", async () => {
  const page = await explorer.tab();
  await page.route("**/*.wasm", (route) => route.fulfill({ body: "not what this engine can run" }));
  await page.goto(explorer.site.url);
  await expect
    .poll(() => page.locator(".problem").textContent())
    .toMatch(/^This browser cannot run the network: it needs WebAssembly with SIMD/);
});

test("nothing is asked of any other place, and the page works without isolation", async () => {
  const page = await explorer.tab();
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  await page.goto(explorer.site.url);
  await page.locator(".diagram .copy").first().waitFor();
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
  expect(asked.filter((url) => !url.startsWith(explorer.site.url) && !/^(data|blob):/.test(url))).toEqual([]);
});
