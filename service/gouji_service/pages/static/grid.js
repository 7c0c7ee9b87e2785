// One report: the cursor, the keys, the queue of what is doubtful, and each decision as one correction.
import { ask, kept, make, onKey, reviewer, say, send, t, warn } from "./common.js";
import { cellBeside, corrected, floor, holds, sayingOf } from "./cells.js";
import { save } from "./saving.js";
import { readyTables, sayTable, sayingOfSum, sumButtons } from "./wholes.js";
import { crop, goTo, markSource, openSource, zoom } from "./source.js";

const data = JSON.parse(document.getElementById("data").textContent);
const { shapes, sure, headings } = data;
const address = `/reports/${data.result.id}`;
const tds = new Map([...document.querySelectorAll("td[data-cell]")].map((td) => [td.dataset.cell, td]));
const by = (id) => document.getElementById(id);
const MOST_UNDONE = 50;
let result = data.result;
let here = null; // id of what is looked at: a cell, or an item of the queue that is none
let sum = null; // the failing sum whose sides are marked
let editing = null;

const split = (key) => key.split("/", 2);
const cellAt = (key) => result.tables[split(key)[0]].cells[split(key)[1]];
const isCell = (id) => tds.has(id);
const isDoubtful = (cell) => !cell.corrected && (cell.state === "unread" || cell.confidence < sure);
const nameOf = (key) => shapes[split(key)[0]].labels[split(key)[1]];
const dots = (cell) => "•".repeat(cell.corrected || cell.confidence >= sure ? 0 : cell.confidence >= 0.8 ? 1 : cell.confidence >= 0.5 ? 2 : 3);
const sumId = (check) => `sum ${check.check} ${check.table} ${check.at} ${check.other?.report ?? ""}`;
const failing = () => result.checks.filter((check) => !check.holds);
const shownValue = (one) => (one.state === "printed" ? (one.text ?? String(one.value)) : t(`state_${one.state}`));

// --- what is doubtful

function listQueue() {
  const items = [];
  for (const name of ["agency", "year"]) if (!result.report[name]) items.push({ id: `report ${name}`, doubt: 0 });
  for (const [name, table] of Object.entries(result.tables)) if (table.state === "missing" && !table.corrected) items.push({ id: `table ${name}`, doubt: table.confidence });
  for (const key of tds.keys()) {
    const cell = cellAt(key);
    if (isDoubtful(cell)) items.push({ id: key, doubt: cell.state === "unread" ? 0 : cell.confidence });
  }
  for (const check of failing()) if (check.verdict !== "source" && !check.decision) items.push({ id: sumId(check), doubt: sure });
  return items.sort((a, b) => a.doubt - b.doubt).map((item) => item.id);
}

function step(by, from = listQueue()) {
  const queue = listQueue();
  if (!queue.length) return look(null);
  const at = from.indexOf(here);
  const order = by > 0 ? [...from.slice(at + 1), ...from.slice(0, at + 1)] : [...from.slice(0, Math.max(at, 0)).reverse(), ...from.slice(Math.max(at, 0)).reverse()];
  look(order.find((id) => queue.includes(id)) ?? queue[0]);
}

// --- what is shown

function paint(key) {
  const td = tds.get(key);
  if (editing === key) return;
  const cell = cellAt(key);
  const parts = [];
  if (dots(cell)) parts.push(make("span", { className: "dots", "aria-hidden": "true" }, dots(cell)));
  parts.push(cell.state === "printed" ? `${cell.text ?? cell.value}${cell.unit ?? ""}` : cell.state === "unread" ? "?" : "");
  if (cell.corrected && cell.read && (cell.read.value !== cell.value || cell.read.state !== cell.state)) parts.push(make("s", {}, shownValue(cell.read)));
  parts.push(make("span", { className: "unseen" }, ` ${cell.state === "printed" ? "" : t(`state_${cell.state}`)} ${cell.corrected ? t("corrected") : isDoubtful(cell) ? t("doubtful") : ""}`));
  td.replaceChildren(...parts);
  td.className = [cell.state, cell.corrected ? "corrected" : isDoubtful(cell) ? "doubtful" : "", key === here ? "here" : ""].join(" ").trim();
  td.tabIndex = key === here ? 0 : -1;
}

function paintAll() {
  for (const key of tds.keys()) paint(key);
  paintSums();
  by("confidence").textContent = floor(result.confidence);
  by("is-reviewed").hidden = !result.reviewed;
  if (![...tds.values()].some((td) => td.tabIndex === 0)) tds.values().next().value?.setAttribute("tabindex", "0");
  markAll();
}

function paintSums() {
  for (const list of document.querySelectorAll("[data-sums]")) {
    const own = failing().filter((check) => check.table === list.dataset.sums);
    list.replaceChildren(...own.map((check) => make("li", {}, sumButton(check))));
    for (const check of own) for (const cell of check.cells) tds.get(`${check.table}/${cell}`)?.classList.add("fails");
  }
}

function describe(check) {
  const named = shapes[check.table].sums.find((one) => one.check === check.check && one.at === check.at)?.name ?? check.at;
  const gap = Number(Math.abs(check.printed - check.computed).toFixed(6));
  const sides = t("sum_difference", { left: check.printed, right: check.computed, gap });
  const decided = check.decision ? ` · ${t(`sum_${check.decision.decision}`, { who: check.decision.reviewer ?? t("somebody") })}` : "";
  return `${named} · ${t(`check_${check.check}`)}: ${sides} · ${t(`verdict_${check.verdict}`)}${decided}`;
}

function sumButton(check) {
  const id = sumId(check);
  const button = make("button", { type: "button", className: `${check.verdict} ${id === here ? "here" : ""}` }, describe(check));
  button.addEventListener("click", () => look(id));
  return button;
}

function sides(check) {
  const one = shapes[check.table].sums.find((each) => each.check === check.check && each.at === check.at);
  return one ? { left: one.left, right: one.right } : { left: check.cells, right: [] };
}

function markAll() {
  const found = new Map();
  for (const key of tds.keys()) if (isDoubtful(cellAt(key))) found.set(key, "doubtful");
  for (const td of tds.values()) td.classList.remove("left", "right");
  if (sum) {
    for (const [side, cells] of Object.entries(sides(sum))) {
      for (const cell of cells) {
        const key = `${sum.table}/${cell}`;
        tds.get(key)?.classList.add(side);
        found.set(key, side);
      }
    }
  }
  if (here && isCell(here)) found.set(here, `${found.get(here) ?? ""} here`.trim());
  markSource(found);
}

function look(id, focus = true) {
  const before = here;
  here = id;
  sum = failing().find((check) => sumId(check) === id) ?? (id && isCell(id) && sum?.cells.includes(split(id)[1]) ? sum : null);
  if (before && isCell(before)) paint(before);
  if (id && isCell(id)) paint(id);
  paintSums();
  markAll();
  showCard();
  if (!id) return;
  const place = isCell(id) ? id : sum ? `${sum.table}/${sides(sum).left[0]}` : null;
  if (place && tds.has(place)) goTo(place);
  if (focus && isCell(id)) tds.get(id).focus();
  else if (focus && id.startsWith("report ")) by(id.slice(7)).focus();
  else if (focus) {
    by("item").focus();
    (tds.get(place) ?? document.querySelector(`[data-table="${id.slice(6)}"]`))?.scrollIntoView({ block: "nearest" });
  }
}

function showCard() {
  const queue = listQueue();
  by("left").textContent = queue.length ? t("left_to_see", { n: queue.length }) : t("nothing_doubtful");
  by("place").textContent = queue.includes(here) ? t("of", { i: queue.indexOf(here) + 1, n: queue.length }) : "";
  const cell = here && isCell(here) ? cellAt(here) : null;
  for (const button of by("buttons").children) button.disabled = !cell || (button.dataset.key === "s" && !cell.suggestion);
  by("buttons").hidden = !cell;
  by("crop").replaceChildren();
  if (cell) {
    crop(here, by("crop"));
    const said = [t("read_as"), " ", make("span", { className: "value" }, shownValue(cell)), ` · ${cell.corrected ? t("corrected") : t("sure", { value: floor(cell.confidence) })}`];
    if (cell.read && cell.corrected) said.push(` · ${t("was_read", { value: shownValue(cell.read) })}`);
    if (cell.suggestion) said.push(" · ", make("strong", {}, t("suggested", { value: cell.suggestion.value })));
    by("item").replaceChildren(make("div", { className: "path" }, `${headings[split(here)[0]].slice(0, 2)} ${nameOf(here)}`), make("div", {}, ...said));
    say(`${nameOf(here)}: ${shownValue(cell)}, ${cell.corrected ? t("corrected") : t("sure", { value: floor(cell.confidence) })}${cell.suggestion ? `, ${t("suggested", { value: cell.suggestion.value })}` : ""}`);
  } else {
    const told = !here ? "" : sum ? describe(sum) : here.startsWith("table ") ? t("item_table", { table: headings[here.slice(6)] }) : t(`item_${here.slice(7)}`);
    by("item").replaceChildren(told, ...(sum ? [sumButtons(sum, (decision) => decideSum(sum, decision))] : []));
    if (told) say(told);
  }
}

// --- decisions

function put(key, cell) {
  const [table, name] = split(key);
  result.tables[table].cells[name] = cell;
  paint(key);
}

function broken(key, after) {
  const [table, name] = split(key);
  const cells = result.tables[table].cells;
  const own = shapes[table].sums.filter((one) => one.left.includes(name) || one.right.includes(name));
  return own.filter((one) => holds(one, cells) && !holds(one, { ...cells, [name]: after })).length;
}

function remember(name, entry) {
  kept.set(name, [...kept.get(name, []), entry].slice(-MOST_UNDONE));
}

async function decide(key, said, { forget = false, next = true } = {}) {
  const cell = cellAt(key);
  const after = corrected(cell, said);
  const breaks = said === null ? 0 : broken(key, after);
  if (breaks && !forget && !(await ask(t("breaks", { n: breaks })))) return tds.get(key).focus();
  const from = cell.corrected ? sayingOf(cell) : null;
  if (!forget) {
    remember("undo", { report: result.id, key, from, to: said });
    kept.set("redo", []);
  }
  const queue = listQueue();
  put(key, after);
  if (next) step(1, queue);
  else look(key);
  const [table, name] = split(key);
  save({ key, said, body: { cells: { [table]: { [name]: said } } }, again: () => put(key, corrected(cellAt(key), said)), undo: (why) => refuse(key, cell, why) }, follow);
}

function decideSum(check, decision) {
  const before = check.decision;
  const queue = listQueue();
  check.decision = decision && { decision, reviewer: reviewer() };
  if (decision) step(1, queue);
  else look(here);
  const undo = (why) => {
    check.decision = before;
    warn(t("not_saved", { why }));
    paintSums();
    showCard();
  };
  save({ body: sayingOfSum(check, decision), again() {}, undo }, follow);
}

function refuse(key, cell, why) {
  put(key, cell);
  kept.set("undo", kept.get("undo", []).slice(0, -1));
  warn(t("not_saved", { why }));
  look(key);
}

const follow = {
  address,
  revision: () => result.revision,
  take(told, others) {
    result = told;
    for (const one of others) one.again();
    paintAll();
    showCard();
  },
  async conflict(one, told) {
    if (!one.key) return true;
    const now = cellAt(one.key);
    const wanted = corrected(now, one.said);
    if (now.value === wanted.value && now.state === wanted.state && now.corrected === wanted.corrected) return false;
    const [table, name] = split(one.key);
    const theirs = told.corrections.find((each) => each.table === table && each.cell === name);
    if (!theirs) return one.again(), true; // what changed was elsewhere in the report
    const values = { theirs: shownValue(now), mine: shownValue(wanted), who: theirs.reviewer ?? t("somebody"), when: theirs.created_at };
    if (!(await ask(t("conflict", values)))) return look(one.key), false;
    return one.again(), true;
  },
};

async function undo(from, to, told) {
  const stack = kept.get(from, []);
  const last = stack.pop();
  if (!last) return say(t("nothing_to_undo"));
  kept.set(from, stack);
  remember(to, { ...last, from: last.to, to: last.from });
  if (last.report === result.id) {
    await decide(last.key, last.from, { forget: true, next: false });
    return say(t(told));
  }
  const [table, name] = split(last.key);
  try {
    await send("PATCH", `/reports/${last.report}/cells`, { cells: { [table]: { [name]: last.from } } });
    warn(t("undone_elsewhere"), true);
  } catch (error) {
    warn(t("not_saved", { why: error.message }));
  }
}

function edit(key) {
  const td = tds.get(key);
  editing = key;
  td.closest("table").setAttribute("role", "grid");
  const cell = cellAt(key);
  const field = make("input", { value: cell.state === "printed" ? cell.value : "", inputMode: "decimal", "aria-label": nameOf(key) });
  td.replaceChildren(field);
  field.focus();
  field.select();
  const leave = () => {
    if (editing !== key) return;
    editing = null;
    td.closest("table").removeAttribute("role");
    paint(key);
    paintSums();
  };
  field.addEventListener("blur", leave);
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    event.stopPropagation();
    if (event.key === "Escape") {
      leave();
      td.focus();
    } else if (event.key === "Enter") {
      event.preventDefault();
      const folded = field.value.normalize("NFKC").replace(/[,\s]/g, "");
      if (!/^-?\d{1,15}(\.\d+)?$/.test(folded)) return warn(t("not_a_number"));
      warn("");
      leave();
      decide(key, { value: Number(folded) });
    }
  });
}

// --- moving

function walk(row, column) {
  if (!isCell(here)) return false;
  const beside = cellBeside(tds.get(here), row, column);
  if (beside) look(beside);
  return true;
}

function toReport(by) {
  const listed = kept.get("listed", []);
  const at = listed.indexOf(result.id);
  const next = at < 0 ? undefined : listed[at + by];
  if (next) location.assign(`/page/reports/${next}`);
  else warn(t(by > 0 ? "no_next" : "no_previous"), true);
}

function review() {
  save({ body: { reviewed: true }, again() {}, undo: (why) => warn(t("not_saved", { why })) }, {
    ...follow,
    take(told, others) {
      follow.take(told, others);
      if (!others.length && told.reviewed) toReport(1);
    },
  });
}

function nextFailing() {
  const all = failing();
  if (!all.length) return say(t("no_failing"));
  look(sumId(all[(all.findIndex((check) => sumId(check) === here) + 1) % all.length]));
}

function act(key, event) {
  const cell = here && isCell(here) ? cellAt(here) : null;
  const states = { b: "blank", a: "absent", u: "unread" };
  if (key === "j" || key === "k") step(key === "j" ? 1 : -1);
  else if (key === "Enter") {
    if (event?.target.closest("button, a, summary")) return false;
    if (sum && sumId(sum) === here && !sum.decision) decideSum(sum, "confirmed");
    else if (!cell) step(1);
    else if (cell.state === "unread" && !cell.corrected) edit(here);
    else decide(here, sayingOf(cell));
  } else if (key === "e" && cell) edit(here);
  else if (states[key] && cell) decide(here, { state: states[key] });
  else if (key === "s" && cell?.suggestion) decide(here, { value: cell.suggestion.value });
  else if (key === "i" && sum && sumId(sum) === here) decideSum(sum, "ignored");
  else if (key === "z") undo("undo", "redo", "undone");
  else if (key === "Z") undo("redo", "undo", "redone");
  else if (key === "f") nextFailing();
  else if (key === " ") {
    if (event?.target.closest("button, a, summary")) return false;
    zoom();
  } else if ("123".includes(key)) {
    const first = document.querySelector(`[data-table="${Object.keys(shapes)[key - 1]}"] td[data-cell]`);
    if (first) look(first.dataset.cell);
  } else if (key === "n") toReport(1);
  else if (key === "p") toReport(-1);
  else if (key === "m") review();
  else if (key === "/") location.assign(`${kept.get("list", "/")}#search`);
  else if (key === "ArrowLeft" || key === "ArrowRight") return walk(0, key === "ArrowLeft" ? -1 : 1);
  else if (key === "ArrowUp" || key === "ArrowDown") return walk(key === "ArrowUp" ? -1 : 1, 0);
  else return false;
  return true;
}

// --- begin

const places = [...tds.keys()].map((key) => [key, cellAt(key).where]).filter(([, where]) => where);
openSource(result, places);
by("source").addEventListener("read", showCard);
for (const img of document.querySelectorAll(".page img")) img.addEventListener("load", () => setTimeout(showCard));
readyTables((name, said) => sayTable(address, result.revision, name, said));
paintAll();
step(1);
onKey(act);
for (const [key, td] of tds) {
  td.addEventListener("click", () => editing !== key && look(key));
  td.addEventListener("dblclick", () => edit(key));
}
for (const button of document.querySelectorAll("[data-key]")) button.addEventListener("click", () => act(button.dataset.key));
by("next-report").addEventListener("click", () => toReport(1));
by("previous-report").addEventListener("click", () => toReport(-1));
by("reviewer").value = reviewer() ?? "";
by("reviewer").addEventListener("change", (event) => localStorage.setItem("reviewer", event.target.value.trim()));
for (const name of ["agency", "year"]) {
  by(name).addEventListener("change", (event) => {
    const typed = event.target.value.normalize("NFKC").trim();
    const body = { [name]: name === "year" ? Number(typed) || null : typed || null };
    const before = result.report[name];
    save({ body, again() {}, undo: (why) => { by(name).value = before ?? ""; warn(t("not_saved", { why })); } }, follow);
  });
}
