// Every parse of a report: show an earlier one again, or compare two.
import { floor } from "./cells.js";
import { make, send, t, warn } from "./common.js";

const { result, shapes } = JSON.parse(document.getElementById("data").textContent);
const address = `/reports/${result.id}/runs`;
const box = document.getElementById("versions");
const inside = box.querySelector("div");
const moment = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "short", timeStyle: "short" });
const shown = (cell) => (cell ? (cell.state === "printed" ? (cell.text ?? String(cell.value)) : t(`state_${cell.state}`)) : "–");

function head(...names) {
  return make("thead", {}, make("tr", {}, ...names.map((name) => make("th", { scope: "col" }, name))));
}

function line(run) {
  const choose = make("input", { type: "checkbox", value: run.run, "aria-label": `${t("select")}: ${run.run}` });
  const restore = make("button", { type: "button" }, t("restore"));
  restore.addEventListener("click", () => send("POST", `${address}/${run.run}/restore`).then(() => location.reload(), (error) => warn(error.message)));
  const cells = [choose, String(run.run), moment.format(new Date(run.created_at)), run.engine, floor(run.confidence), String(run.failed_checks || "")];
  return make("tr", {}, ...cells.map((one) => make("td", {}, one)), make("td", {}, run.current ? make("span", { className: "tag done" }, `✓ ${t("current")}`) : restore));
}

async function compare(out) {
  const chosen = [...inside.querySelectorAll("input:checked")].map((one) => one.value);
  if (chosen.length !== 2) return;
  const [a, b] = await Promise.all(chosen.map((run) => send("GET", `${address}/${run}`)));
  const lines = [];
  for (const [name, table] of Object.entries(a.tables)) {
    const other = b.tables[name].cells;
    for (const cell of new Set([...Object.keys(table.cells), ...Object.keys(other)])) {
      const [one, two] = [table.cells[cell], other[cell]];
      if (one?.value === two?.value && one?.state === two?.state) continue;
      lines.push(make("tr", {}, make("th", { scope: "row" }, shapes[name].labels[cell] ?? `${name}/${cell}`), make("td", {}, shown(one)), make("td", {}, shown(two))));
    }
  }
  out.replaceChildren(lines.length ? make("table", { className: "list" }, head(t("cell"), ...chosen), make("tbody", {}, ...lines)) : t("same_cells"));
}

box.addEventListener("toggle", async () => {
  if (!box.open || inside.firstChild) return;
  try {
    const { runs } = await send("GET", address);
    const out = make("div");
    const button = make("button", { type: "button" }, t("compare"));
    button.addEventListener("click", () => compare(out).catch((error) => warn(error.message)));
    const table = make("table", { className: "list" }, head("", t("run"), t("when"), t("engine"), t("confidence"), t("failed_checks"), ""), make("tbody", {}, ...runs.map(line)));
    inside.replaceChildren(make("div", { className: "scroll" }, table), ...(runs.length > 1 ? [make("p", {}, button), out] : []));
  } catch (error) {
    warn(error.message);
  }
});
