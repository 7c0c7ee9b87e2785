// The source beside the tables: pages with boxes in PDF points, or the text with marks; and the crop of one cell.
import { make, t } from "./common.js";

const DOTS = 120; // pixels an inch, as the pages are asked for
const SVG = "http://www.w3.org/2000/svg";
const view = document.getElementById("source");
const pre = view.querySelector("pre");
const sizes = new Map(); // page -> [width, height] in points
const marks = new Map(); // cell -> what shows it in the text
let report, isPdf, text, placed, classes = new Map(), current = null;

const shape = (name, values) => {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(values)) made.setAttribute(key, value);
  return made;
};
const figure = (page) => view.querySelector(`.page[data-page="${page}"]`);
const shown = () => document.querySelector('[data-view][aria-pressed="true"]')?.dataset.view;

export function openSource(result, cells) {
  // cells: [key, where] of every cell that has its place in the source.
  report = result.id;
  isPdf = result.source.media_type === "application/pdf";
  placed = new Map(cells);
  for (const page of view.querySelectorAll(".page")) {
    const picture = page.querySelector("img");
    const loaded = () => measure(page, picture);
    if (picture.complete && picture.naturalWidth) loaded();
    else picture.addEventListener("load", loaded, { once: true });
    picture.addEventListener("error", () => {
      page.dataset.told = t("page_failed");
      page.classList.add("failed");
    });
  }
  for (const button of document.querySelectorAll("[data-view]")) button.addEventListener("click", () => show(button.dataset.view));
  document.getElementById("zoom").addEventListener("click", zoom);
  if (shown() === "text") readText();
}

function measure(page, { naturalWidth: width, naturalHeight: height }) {
  // A picture has no points of its own: it is taken for a sheet of A4, as the reader does.
  const points = isPdf ? 72 / DOTS : (width < height ? 595 : 842) / width;
  sizes.set(Number(page.dataset.page), [width * points, height * points]);
  page.querySelector("svg").setAttribute("viewBox", `0 0 ${width * points} ${height * points}`);
  drawBoxes();
  if (current) goTo(current);
}

function show(name) {
  for (const button of document.querySelectorAll("[data-view]")) button.setAttribute("aria-pressed", String(button.dataset.view === name));
  for (const part of view.querySelectorAll("[data-shown]")) part.hidden = part.dataset.shown !== name;
  if (name === "text") readText();
  const original = view.querySelector('[data-shown="original"]');
  if (name === "original" && !original.firstChild) {
    original.append(make("iframe", { sandbox: "", src: original.dataset.address, title: original.dataset.title }));
  }
  if (current) goTo(current);
}

async function readText() {
  if (text !== undefined) return;
  text = null;
  try {
    const answer = await fetch(`/reports/${report}/text`);
    if (!answer.ok) throw new Error(answer.statusText);
    text = [...(await answer.text())]; // places count characters, not halves of them
  } catch {
    text = undefined;
    pre.textContent = t("unreachable");
    return;
  }
  writeMarks();
  if (current) {
    goTo(current);
    view.dispatchEvent(new Event("read"));
  }
}

function writeMarks() {
  const spans = [...placed].filter(([, where]) => where.start !== null && where.end > where.start);
  spans.sort(([, a], [, b]) => a.start - b.start);
  const parts = [];
  let at = 0;
  for (const [key, where] of spans) {
    if (where.start < at) continue;
    const mark = make("mark", {}, text.slice(where.start, where.end).join(""));
    mark.dataset.of = key;
    parts.push(text.slice(at, where.start).join(""), mark);
    marks.set(key, mark);
    at = where.end;
  }
  pre.replaceChildren(...parts, text.slice(at).join(""));
  paintMarks();
}

function paintMarks() {
  for (const [key, mark] of marks) mark.className = classes.get(key) ?? "";
}

function drawBoxes() {
  for (const page of sizes.keys()) figure(page).querySelector("svg").replaceChildren();
  for (const [key, kind] of classes) {
    const where = placed.get(key);
    if (!where?.box || !sizes.has(where.page)) continue;
    figure(where.page).querySelector("svg").append(boxOf(where.box, kind));
  }
}

function boxOf([left, top, right, bottom], kind) {
  return shape("rect", { x: left - 1, y: top - 1, width: right - left + 2, height: bottom - top + 2, class: kind });
}

export function markSource(found) {
  // found: cell -> classes (doubtful, left, right, here).
  classes = found;
  paintMarks();
  drawBoxes();
}

export function goTo(key) {
  current = key;
  const where = placed.get(key);
  if (!where) return;
  if (shown() === "text") {
    const mark = marks.get(key);
    if (mark) view.scrollTop += mark.getBoundingClientRect().top - view.getBoundingClientRect().top - view.clientHeight / 2;
  } else if (shown() === "pages" && where.box && sizes.has(where.page)) {
    const page = figure(where.page).getBoundingClientRect();
    const [width] = sizes.get(where.page);
    const [left, top, right, bottom] = where.box.map((edge) => (edge * page.width) / width);
    const frame = view.getBoundingClientRect();
    view.scrollTop += page.top - frame.top + (top + bottom) / 2 - view.clientHeight / 2;
    view.scrollLeft += page.left - frame.left + (left + right) / 2 - view.clientWidth / 2;
  }
}

export function zoom() {
  const on = view.classList.toggle("zoomed");
  document.getElementById("zoom").setAttribute("aria-pressed", String(on));
  if (current) goTo(current);
}

export function crop(key, node) {
  // The piece of the source that a cell was read from, into a node; nothing where its place is not known.
  node.replaceChildren();
  const where = placed.get(key);
  const page = where && figure(where.page);
  node.classList.toggle("is-text", !(page && where?.box));
  if (page && where.box) {
    const size = sizes.get(where.page);
    if (size) node.append(cropPage(where, size, node.clientWidth || 600));
    else page.querySelector("img").loading = "eager";
  } else if (where && where.start !== null && text) {
    const before = text.slice(Math.max(0, where.start - 120), where.start).join("").split("\n").slice(-3).join("\n");
    const after = text.slice(where.end, where.end + 80).join("").split("\n").slice(0, 2).join("\n");
    node.append(before, make("mark", { className: "here" }, text.slice(where.start, where.end).join("") || "␣"), after);
  }
}

function cropPage({ page, box }, [width, height], pixels) {
  const [left, top, right, bottom] = box;
  const tall = Math.max(bottom - top + 24, 40);
  const wide = Math.max((tall * pixels) / 88, right - left + 40);
  const x = Math.min(Math.max((left + right - wide) / 2, 0), Math.max(width - wide, 0));
  const svg = shape("svg", { viewBox: `${x} ${(top + bottom - tall) / 2} ${wide} ${tall}`, role: "img", "aria-label": t("page_n", { n: page }) });
  svg.append(shape("image", { href: figure(page).querySelector("img").src, width, height, preserveAspectRatio: "none" }), boxOf(box, "here"));
  return svg;
}
