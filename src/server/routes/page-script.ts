/** What the page does: a box for each model, and the figures of /metrics every two seconds. */
export const PAGE_SCRIPT = `
const by = (id) => document.getElementById(id);
const element = (name, fields = {}, ...children) => {
  const made = Object.assign(document.createElement(name), fields);
  made.append(...children);
  return made;
};
const headers = () => (by("key").value ? { authorization: "Bearer " + by("key").value } : {});
const ask = (path, body) =>
  fetch(path, body === undefined ? { headers: headers() } : {
    method: "POST",
    headers: { ...headers(), ...(body instanceof FormData ? {} : { "content-type": "application/json" }) },
    body: body instanceof FormData ? body : JSON.stringify(body),
  });
const wrong = async (response) => {
  if (!response.ok) throw new Error((await response.json()).error.message);
  return response;
};

async function continued(model, text, out) {
  const given = { model, prompt: text, max_tokens: 200, stream: true };
  const response = await wrong(await ask("v1/completions", given));
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  out.textContent = text;
  for (let rest = ""; ; ) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (rest + value).split("\\n");
    rest = lines.pop();
    for (const line of lines)
      if (line.startsWith("data: {")) {
        const { choices, error } = JSON.parse(line.slice(6));
        if (error) throw new Error(error.message);
        out.textContent += choices[0] ? choices[0].text : "";
      }
  }
}

const inputOf = (text) => {
  try {
    const value = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : text;
  } catch {
    return text;
  }
};
const FILES = {
  transcribe: { path: "v1/audio/transcriptions", accept: "audio/wav", name: "a WAV file" },
  caption: { path: "v1/caption", accept: "image/png,image/jpeg", name: "a picture" },
};
const TASKS = {
  classify: "a text, or rows of numbers as JSON",
  tag: "a text, or rows of numbers as JSON",
  forecast: "numbers as JSON, such as [1, 2, 3]",
  translate: "a text",
};

function box(model) {
  const { id, task } = model;
  const out = element("pre", { ariaLive: "polite" });
  const facts = [task ?? "network", model.parameters && model.parameters.toLocaleString("en") + " parameters"];
  const head = [element("h3", { textContent: id }), element("p", { textContent: facts.filter(Boolean).join(", ") })];
  const kind = FILES[task];
  const field = kind
    ? element("input", { type: "file", accept: kind.accept, ariaLabel: kind.name + " for " + id })
    : element("textarea", {
        ariaLabel: "input of " + id,
        placeholder: task === "language" ? "how a text begins" : TASKS[task] ?? "numbers by input, as JSON, such as {\\"x\\": [[0, 1]]}",
      });
  const button = element("button", { textContent: task === "language" ? "Continue" : "Ask" });
  button.onclick = async () => {
    out.textContent = "…";
    try {
      if (task === "language") return await continued(id, field.value, out);
      let body;
      if (kind) {
        const form = new FormData();
        form.append("file", field.files[0] ?? new File([], "nothing"));
        form.append("model", id);
        if (task === "transcribe") form.append("response_format", "verbose_json");
        body = await (await wrong(await ask(kind.path, form))).json();
        body = body.data ? body.data[0] : body;
      } else if (task in TASKS) {
        const given = { model: id, inputs: [inputOf(field.value)] };
        body = (await (await wrong(await ask("v1/" + task, given))).json()).data[0];
      } else {
        const given = { model: id, inputs: inputOf(field.value) };
        body = await (await wrong(await ask("v1/sessions", given))).json();
        await fetch("v1/sessions/" + body.id, { method: "DELETE", headers: headers() });
        body = body.outputs;
      }
      out.textContent = JSON.stringify(body, null, 1);
    } catch (error) {
      out.textContent = error.message;
    }
  };
  return element("article", {}, ...head, field, button, out);
}

async function models() {
  try {
    const { data } = await (await wrong(await ask("v1/models"))).json();
    by("models").replaceChildren(...data.map(box));
  } catch (error) {
    by("models").replaceChildren(element("p", { textContent: error.message }));
  }
}

/** Sums of a metric's series. */
const sums = (text) => {
  const all = {};
  for (const line of text.split("\\n")) {
    const found = /^(\\w+)(\\{[^}]*\\})? (\\S+)$/.exec(line);
    if (found) all[found[1]] = (all[found[1]] ?? 0) + Number(found[3]);
  }
  return all;
};
let before;
async function metrics() {
  try {
    const response = await ask("metrics");
    if (!response.ok) return;
    const now = { ms: performance.now(), ...sums(await response.text()) };
    const rate = (name) => (before ? ((now[name] ?? 0) - (before[name] ?? 0)) / ((now.ms - before.ms) / 1000) : 0);
    const steps = rate("unrolled_batch_streams_count");
    const shown = {
      "tokens a second": rate("unrolled_tokens_total"),
      "requests a second": rate("unrolled_requests_total"),
      "streams a step": steps > 0 ? rate("unrolled_batch_streams_sum") / steps : 0,
      queue: now.unrolled_queue ?? 0,
      sessions: now.unrolled_sessions ?? 0,
      "memory, MB": (now.process_resident_memory_bytes ?? 0) / 1e6,
    };
    const digits = { maximumFractionDigits: 1 };
    by("metrics").replaceChildren(
      ...Object.entries(shown).map(([name, value]) =>
        element("div", {}, element("dt", { textContent: name }), element("dd", { textContent: value.toLocaleString("en", digits) })),
      ),
    );
    before = now;
  } catch {}
}
by("key").onchange = models;
await models();
await metrics();
setInterval(metrics, 2000);
`;
