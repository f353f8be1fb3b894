// `unrolled explore`: the page and the user's model on a port of this machine, nothing else of it.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type RequestOptions, request } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  BUILD_MS,
  build,
  finished,
  SMALL,
  started,
  temporaryFolder,
  unrolled,
  writeText,
} from "./command.ts";

const folder = temporaryFolder();
const run = (...parameters: string[]) => unrolled(parameters, folder.path);

beforeAll(async () => {
  build();
  writeText(join(folder.path, "text.txt"), 6000);
  writeFileSync(join(folder.path, "secret.txt"), "nobody's business");
  const { code } = await run("train", "text.txt", "--out", "model", "--steps", "3", ...SMALL);
  expect(code).toBe(0);
}, BUILD_MS);
afterAll(() => folder.remove());

/** Starts it, waits for its address, and ends it with Ctrl-C. */
async function exploring(parameters: readonly string[], body: (url: URL) => Promise<void>): Promise<void> {
  const child = started(["explore", "--no-open", ...parameters], folder.path);
  const end = finished(child);
  try {
    const url = await new Promise<string>((resolve, reject) => {
      let said = "";
      child.stdout!.on("data", (text: string) => {
        said += text;
        const [, found] = /The explorer is at (\S+)\n/.exec(said) ?? [];
        if (found) resolve(found);
      });
      void end.then(({ stderr }) => reject(new Error(stderr)));
    });
    await body(new URL(url));
  } finally {
    child.kill("SIGINT");
  }
  expect(await end).toMatchObject({ code: 0, stderr: "" });
}

test("serves the page and the model, and Ctrl-C ends it in good order", () =>
  exploring(["model"], async (url) => {
    expect(url.hostname).toBe("127.0.0.1");
    expect(new URLSearchParams(url.hash.slice(1)).get("model")).toBe("own-model/");
    const page = await fetch(url);
    expect(page.headers.get("content-type")).toContain("text/html");
    const html = await page.text();
    const [, script] = /src="\.\/(assets\/[^"]+\.js)"/.exec(html)!;
    expect((await fetch(new URL(script, url))).headers.get("content-type")).toContain("javascript");
    const config = await (await fetch(new URL("own-model/config.json", url))).json();
    expect(config).toMatchObject({ hidden_size: 16 });
    for (const path of [
      "own-model/",
      "own-model/../secret.txt",
      "own-model/..%2Fsecret.txt",
      "own-model/constructor",
      "x",
    ])
      expect((await fetch(new URL(path, url))).status, path).toBe(404);
  }));

test("without a model, shows the one that comes along", () =>
  exploring([], async (url) => {
    expect(url.hash).toBe("");
    expect((await fetch(new URL("model/config.json", url))).status).toBe(200);
    expect((await fetch(new URL("own-model/config.json", url))).status).toBe(404);
  }));

/** What the page begins with. */
const startIn = (html: string) =>
  JSON.parse(/<script type="application\/json" id="start">(.*)<\/script>/.exec(html)![1]);

test("the first page is the model's own, with its name and what it writes, or the text that is given", async () => {
  await exploring(["model"], async (url) => {
    const html = await (await fetch(new URL("/", url))).text();
    expect(html).toContain("<title>model: a recurrent network, unrolled</title>");
    const { text, ...start } = startIn(html);
    expect(start).toEqual({ model: "own-model/", name: "model" });
    expect(text.length).toBeGreaterThan(0);
    expect(text.length).toBeLessThanOrEqual(54);
  });
  await exploring(["model", "--text", "</script> & more"], async (url) => {
    const html = await (await fetch(new URL("/", url))).text();
    expect(startIn(html).text).toBe("</script> & more");
  });
});

test("takes a file from elsewhere, with the tokenizer beside it", { tags: "long" }, async () => {
  const place = join(folder.path, "else where");
  mkdirSync(place);
  for (const [from, to] of [
    ["model.safetensors", "weights #1.safetensors"],
    ["tokenizer.json", "tokenizer.json"],
  ])
    cpSync(join(folder.path, "model", from), join(place, to));
  writeFileSync(join(place, "other.safetensors"), "not asked for");
  await exploring(["else where/weights #1.safetensors"], async (url) => {
    const start = startIn(await (await fetch(new URL("/", url))).text());
    expect(start).toEqual({ model: "own-model/weights%20%231.safetensors", name: "weights #1.safetensors" });
    const model = new URL(start.model, url);
    for (const place of [model, new URL("tokenizer.json", model)])
      expect((await fetch(place)).status).toBe(200);
    expect((await fetch(new URL("other.safetensors", model))).status).toBe(404);
  });
  expect((await run("explore", "else where/other.safetensors")).stderr).toMatch(
    /^error: else where\/other\.safetensors: [^\n]+\n$/,
  );
});

test("--export writes a site that stands alone, and replaces no folder unasked", async () => {
  const { code, stdout } = await run("explore", "model", "--text", "abc", "--export", "site");
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: `The page is in site. Put the folder on any server: ${join("site", "index.html")} is its first page.\n`,
  });
  const site = join(folder.path, "site");
  const html = readFileSync(join(site, "index.html"), "utf8");
  const start = startIn(html);
  expect(start).toMatchObject({ model: "own-model/", name: "model", text: "abc" });
  expect(start.source).toMatch(/^Made with Unrolled \d/);
  expect(start.citation).toMatch(/^Unrolled \d/);
  expect(html).toContain('property="og:title" content="model: a recurrent network, unrolled"');
  for (const [, linked] of html.matchAll(/(?:src|href|content)="\.\/([^"]+)"/g))
    expect(existsSync(join(site, linked)), linked).toBe(true);
  expect(readFileSync(join(site, "own-model/config.json"))).toEqual(
    readFileSync(join(folder.path, "model/config.json")),
  );
  // The picture that links show is of this model: as large as they ask for, and no copy of the page's own.
  const picture = readFileSync(join(site, "preview.png"));
  expect([picture.readUInt32BE(16), picture.readUInt32BE(20)]).toEqual([1200, 630]);
  expect(picture.equals(readFileSync("web/public/preview.png"))).toBe(false);
  // The model that comes along stays at home.
  expect(existsSync(join(site, "model"))).toBe(false);
  const again = (...more: string[]) => run("explore", "model", "--export", ...more);
  expect(await again("site")).toEqual({
    ...{ code: 1, stdout: "", stderr: "error: site exists; give another name, or --force to replace it\n" },
  });
  expect(startIn(readFileSync(join(site, "index.html"), "utf8")).text).toBe("abc");
  expect(await again("site", "--force")).toMatchObject({ code: 0, stderr: "" });
  expect(startIn(readFileSync(join(site, "index.html"), "utf8")).text).not.toBe("abc");
  expect(readFileSync(join(site, "preview.png")).equals(picture)).toBe(false);
  expect((await again("model", "--force")).stderr).toBe(
    "error: model is a folder with something else in it; it is not replaced\n",
  );
  expect((await again("text.txt")).stderr).toMatch(/^error: text\.txt is no folder/);
  expect((await again("no/site")).stderr).toMatch(/^error: no\/site: the folder .* does not exist\n$/);
  expect(readdirSync(folder.path).filter((name) => name.includes("unfinished"))).toEqual([]);
  expect(await run("explore", "--force")).toMatchObject({ code: 2, stdout: "" });
});

test("what goes wrong is said before a browser is opened", async () => {
  expect(await run("explore", "nowhere")).toEqual({
    ...{ code: 1, stdout: "", stderr: "error: nowhere does not exist, needed a model's folder\n" },
  });
  expect(await run("explore", "--port", "0")).toMatchObject({ code: 2, stdout: "" });
  await exploring([], async (url) => {
    expect(await run("explore", "--no-open", "--port", url.port)).toEqual({
      ...{ code: 1, stdout: "", stderr: `error: port ${url.port} is in use; --port chooses another\n` },
    });
  });
  rmSync(join(folder.path, "model/tokenizer.json"));
  expect((await run("explore", "model")).stderr).toMatch(
    /^error: model: tokenizer\.json is missing[^\n]*\n$/,
  );
});

test("answers by this machine's own names alone, and to nothing but reading", () =>
  exploring([], async (url) => {
    const asked = (options: RequestOptions) =>
      new Promise<number>((resolve, reject) => {
        request({ host: "127.0.0.1", port: url.port, ...options }, (response) => {
          response.resume();
          resolve(response.statusCode!);
        })
          .on("error", reject)
          .end();
      });
    const named = (host: string) => asked({ headers: { host } });
    for (const host of [url.host, `localhost:${url.port}`, "LOCALHOST", `[::1]:${url.port}`])
      expect(await named(host)).toBe(200);
    for (const host of [
      "evil.example",
      `evil.example:${url.port}`,
      "127.0.0.1.evil.example",
      "localhost.evil",
    ])
      expect(await named(host)).toBe(403);
    expect(await asked({ method: "HEAD" })).toBe(200);
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
      expect(await asked({ method })).toBe(405);
  }));
