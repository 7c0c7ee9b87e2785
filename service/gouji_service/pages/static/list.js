// The list: choose reports and do something with them; j, k, Enter, x and / as in a report.
import { ask, kept, onKey, reviewer, say, send, t, warn } from "./common.js";

const rows = [...document.querySelectorAll("#reports tbody tr")];
const box = (row) => row.querySelector("input");
const chosen = () => rows.filter((row) => box(row).checked).map((row) => row.dataset.id);
let here = -1;

if (matchMedia("(max-width: 860px)").matches) for (const facet of document.querySelectorAll(".facets details")) facet.open = false;
kept.set("listed", rows.map((row) => row.dataset.id));
kept.set("list", location.pathname + location.search);

document.getElementById("filters").addEventListener("formdata", (event) => {
  for (const [name, value] of [...event.formData.entries()]) if (!value) event.formData.delete(name);
});

function tell() {
  const n = chosen().length;
  document.getElementById("actions").hidden = !n;
  document.getElementById("selected").textContent = t("selected", { n });
  for (const row of rows) row.classList.toggle("chosen", box(row).checked);
}

document.getElementById("all")?.addEventListener("change", (event) => {
  for (const row of rows) box(row).checked = event.target.checked;
  tell();
});
for (const row of rows) box(row).addEventListener("change", tell);

const acts = {
  async reparse(ids) {
    const job = await send("POST", "/reparse", { ids, dry_run: true });
    say(t("job_started"));
    location.assign(`/page/jobs/${job.id}`);
  },
  async review(ids) {
    for (const id of ids) await send("PATCH", `/reports/${id}/cells`, { reviewed: true, reviewer: reviewer() });
    say(t("marked", { n: ids.length }));
    location.reload();
  },
  async delete(ids) {
    if (!(await ask(t("delete_ask", { n: ids.length })))) return;
    for (const id of ids) await send("DELETE", `/reports/${id}`).catch((error) => { if (error.status !== 404) throw error; });
    say(t("deleted", { n: ids.length }));
    location.reload();
  },
};
for (const button of document.querySelectorAll("#actions button")) {
  button.addEventListener("click", () => acts[button.dataset.do](chosen()).catch((error) => warn(error.message)));
}

document.getElementById("reparse-these")?.addEventListener("click", async () => {
  const wanted = {};
  for (const [name, value] of new URLSearchParams(location.search)) {
    if (!["lang", "cursor", "sort"].includes(name)) wanted[name] = /^(true|false|\d{1,4})$/.test(value) && name !== "agency" ? JSON.parse(value) : value;
  }
  const body = { ...(Object.keys(wanted).length ? wanted : { all: true }), dry_run: true };
  await send("POST", "/reparse", body).then((job) => location.assign(`/page/jobs/${job.id}`), (error) => warn(error.message));
});

function move(step) {
  if (!rows.length) return;
  rows[here]?.classList.remove("here");
  here = Math.min(Math.max(here + step, 0), rows.length - 1);
  rows[here].classList.add("here");
  rows[here].querySelector("a").focus();
}

onKey((key, event) => {
  if (key === "j") move(1);
  else if (key === "k") move(-1);
  else if (key === "x" && here >= 0) {
    box(rows[here]).checked = !box(rows[here]).checked;
    tell();
  } else if (key === "/") document.getElementById("search").focus();
  else return false;
  return true;
});
if (location.hash === "#search") document.getElementById("search").focus();
