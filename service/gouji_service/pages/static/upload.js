// Files into the service, at most four at once; each line says what became of its file.
import { make, send, t, wait, warn } from "./common.js";

const AT_ONCE = 4;
const MANY = 20;
const SURE = 0.95;
const lines = [];
let busy = 0;
const by = (id) => document.getElementById(id);

function count(result) {
  const cells = Object.values(result.tables).flatMap((table) => Object.values(table.cells));
  return cells.filter((cell) => cell.state === "unread" || cell.confidence < SURE).length;
}

function size(bytes) {
  return bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

function addLine(name, bytes, body) {
  const line = { name, body, state: "waiting", results: [] };
  line.row = make("tr");
  line.bytes = bytes;
  by("lines").append(line.row);
  lines.push(line);
  paint(line);
}

function paint(line, told = "") {
  const failed = line.state === "failed";
  const tag = make("span", { className: `tag ${failed ? "failed" : line.state === "done" ? "done" : ""}` }, t(`file_${line.state}`));
  const state = make("td", { className: "told" }, tag, told ? ` ${told}` : null);
  const [one] = line.results;
  const cells = [make("th", { scope: "row" }, line.name), make("td", { className: "n" }, size(line.bytes)), state];
  if (one) {
    const link = make("a", { href: `/page/reports/${one.id}` }, t("open"));
    cells.push(make("td", {}, one.report.agency ?? t("unknown_agency")), make("td", { className: "n" }, String(one.report.year ?? "?")));
    cells.push(make("td", { className: "n" }, String(line.results.reduce((sum, each) => sum + count(each), 0))), make("td", {}, link));
  } else cells.push(make("td"), make("td"), make("td"), make("td"));
  line.row.replaceChildren(...cells);
  const [done, bad] = ["done", "failed"].map((name) => lines.filter((each) => each.state === name).length);
  by("progress").textContent = t("upload_progress", { done, n: lines.length, failed: bad });
  by("retry").hidden = !bad;
}

async function parse(line) {
  for (;;) {
    line.state = "parsing";
    paint(line);
    try {
      const told = await send("POST", "/parse", line.body());
      line.results = told.reports ?? [told];
      line.state = "done";
      return paint(line);
    } catch (error) {
      if (error.status === 503 && ["busy", "not_ready"].includes(error.code)) {
        line.state = "queued";
        paint(line);
        await wait(error.wait);
        continue;
      }
      line.state = "failed";
      return paint(line, error.message);
    }
  }
}

async function work() {
  while (busy < AT_ONCE) {
    const line = lines.find((one) => one.state === "waiting");
    if (!line) break;
    busy += 1;
    line.state = "parsing";
    parse(line).then(() => {
      busy -= 1;
      work();
    });
  }
  if (!busy && lines.length === 1 && lines[0].results.length === 1) location.assign(`/page/reports/${lines[0].results[0].id}`);
}

async function sendBatch(files) {
  // Many files, or an archive: a job of the service, which goes on when this page is closed.
  const form = new FormData();
  for (const file of files) form.append("file", file, file.webkitRelativePath || file.path || file.name);
  warn(t("sending_batch", { n: files.length }), true);
  try {
    const job = await send("POST", "/batches", form);
    location.assign(`/page/jobs/${job.id}`);
  } catch (error) {
    warn(error.message);
  }
}

function begin(files) {
  if (!files.length) return warn("");
  if (files.length > MANY || files.some((file) => file.name.toLowerCase().endsWith(".zip"))) return sendBatch(files);
  by("sent").hidden = false;
  const dropped = by("dropped");
  if (dropped) dropped.hidden = false;
  for (const file of files) {
    addLine(file.webkitRelativePath || file.path || file.name, file.size, () => {
      const form = new FormData();
      form.append("file", file, file.name);
      return form;
    });
  }
  work();
}

function readEntry(entry) {
  if (entry.isFile) return new Promise((done) => entry.file((file) => done([Object.assign(file, { path: entry.fullPath.slice(1) })]), () => done([])));
  const reader = entry.createReader();
  const all = async (found) => {
    const some = await new Promise((done) => reader.readEntries(done, () => done([])));
    return some.length ? all([...found, ...some]) : found;
  };
  return all([]).then((inside) => Promise.all(inside.map(readEntry))).then((parts) => parts.flat());
}

addEventListener("dragover", (event) => {
  event.preventDefault();
  document.body.classList.add("over");
});
addEventListener("dragleave", (event) => event.relatedTarget ?? document.body.classList.remove("over"));
addEventListener("drop", async (event) => {
  event.preventDefault();
  document.body.classList.remove("over");
  const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  begin(entries.length ? (await Promise.all(entries.map(readEntry))).flat() : [...event.dataTransfer.files]);
});
for (const id of ["files", "folder"]) {
  by(id).addEventListener("change", (event) => {
    begin([...event.target.files].filter((file) => !file.name.startsWith(".")));
    event.target.value = "";
  });
}
by("paste").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = by("paste").querySelector("textarea").value;
  if (!text.trim()) return;
  by("sent").hidden = false;
  addLine(t("pasted_name"), new Blob([text]).size, () => ({ text, name: t("pasted_name") }));
  work();
});
by("retry").addEventListener("click", () => {
  for (const line of lines.filter((one) => one.state === "failed")) {
    line.state = "waiting";
    paint(line);
  }
  work();
});
addEventListener("beforeunload", (event) => {
  if (lines.some((one) => ["waiting", "queued", "parsing"].includes(one.state))) event.preventDefault();
});
