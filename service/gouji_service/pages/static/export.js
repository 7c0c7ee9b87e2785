// The first rows of what an export would give, read off the same call as CSV and then let go.
import { make, t, warn } from "./common.js";

const form = document.getElementById("export");
const preview = document.getElementById("preview");
const ROWS = 5;

function readLines(text) {
  // Lines of fields; a quoted field may hold commas, quotes and line ends.
  const lines = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r?\n|$)/g)) {
    lines.at(-1).push(quoted?.replaceAll('""', '"') ?? plain);
    if (end !== ",") lines.push([]);
    if (lines.length > ROWS + 1) break;
  }
  return lines.slice(0, ROWS + 1).filter((line) => line.length > 1);
}

async function show() {
  const asked = new URLSearchParams(new FormData(form));
  asked.set("format", "csv");
  const stop = new AbortController();
  try {
    const answer = await fetch(`/export?${asked}`, { signal: stop.signal });
    if (!answer.ok) throw new Error((await answer.json()).detail);
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      text += part.value;
      if (text.split("\n").length > ROWS + 2) break;
    }
    stop.abort();
    const [head = [], ...rows] = readLines(text.replace(/^\ufeff/, ""));
    preview.replaceChildren(
      make("thead", {}, make("tr", {}, ...head.map((name) => make("th", { scope: "col" }, name)))),
      make("tbody", {}, ...rows.map((row) => make("tr", {}, ...row.map((field) => make("td", {}, field))))),
    );
  } catch (error) {
    if (error.name !== "AbortError") warn(error.message || t("unreachable"));
  }
}

form.addEventListener("change", show);
show();
