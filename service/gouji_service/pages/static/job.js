// One job: its bar by server-sent events, what became of each report, and from a dry run the job itself.
import { floor } from "./cells.js";
import { chinese, make, send, t, warn, words } from "./common.js";

let job = JSON.parse(document.getElementById("data").textContent);
const address = `/jobs/${job.id}`;
const by = (id) => document.getElementById(id);
const batch = job.kind === "batch";
const outcome = (item) => (item.outcome ? t(item.outcome) : t("file_waiting"));
const told = (confidence) => (confidence === null ? "" : floor(confidence));
let after = 0;

function paint() {
  by("bar").value = job.done;
  const counts = ["stored", "known", "improved", "unchanged", "worse", "failed"].filter((name) => job[name]).map((name) => `${t(name)} ${job[name]}`);
  by("counts").textContent = [t(`job_${job.state}`), t("done_of", job), ...counts].join(" · ");
  by("cancel").hidden = !["receiving", "queued", "running"].includes(job.state);
  by("resume").hidden = job.state !== "cancelled";
  by("apply").hidden = !(job.dry_run && job.state === "done" && job.improved);
  by("apply").textContent = t("apply_improved", { n: job.improved });
}

async function addItems(fresh = false) {
  if (fresh) after = 0;
  const { items, next } = await send("GET", `${address}/items?after=${after}&limit=100`);
  if (fresh) by("items").replaceChildren();
  for (const item of items) {
    const name = item.path || item.name || item.report_id;
    const link = item.report_id ? make("a", { href: `/page/reports/${item.report_id}` }, name) : name;
    const reason = (chinese && item.reason_zh) || item.reason || "";
    const remedy = words[`remedy_${item.code}`] ?? reason;
    const cells = batch ? [outcome(item), told(item.after), remedy] : [outcome(item), told(item.before), told(item.after), item.changed_cells ?? "", reason];
    const kinds = batch ? ["", "n", ""] : ["", "n", "n", "n", ""];
    by("items").append(make("tr", {}, make("th", { scope: "row" }, link), ...cells.map((one, n) => make("td", { className: kinds[n] }, String(one)))));
  }
  after = next ?? after;
  by("more").hidden = next === null;
}

function follow() {
  const events = new EventSource(`${address}/events`);
  const take = (event) => {
    job = JSON.parse(event.data);
    paint();
  };
  events.addEventListener("progress", take);
  events.addEventListener("end", (event) => {
    events.close();
    take(event);
    addItems(true).catch((error) => warn(error.message));
  });
  events.addEventListener("error", () => warn(t("unreachable"), true)); // the browser comes again by itself
  events.addEventListener("open", () => warn(""));
}

async function improvedIds() {
  const ids = [];
  for (let from = 0; from !== null; ) {
    const { items, next } = await send("GET", `${address}/items?outcome=improved&after=${from}&limit=1000`);
    ids.push(...items.map((item) => item.report_id));
    from = next;
  }
  return ids;
}

const acts = {
  cancel: () => send("DELETE", address),
  resume: () => send("POST", `${address}/resume`),
  apply: async () => send("POST", "/reparse", { ids: await improvedIds() }).then((made) => location.assign(`/page/jobs/${made.id}`)),
};
for (const [name, act] of Object.entries(acts)) {
  by(name).addEventListener("click", async () => {
    try {
      const told = await act();
      if (!told) return;
      job = told;
      paint();
      if (name === "resume") follow();
    } catch (error) {
      warn(error.message);
    }
  });
}
by("more").addEventListener("click", () => addItems().catch((error) => warn(error.message)));
paint();
if (["receiving", "queued", "running"].includes(job.state)) follow();
addItems().catch((error) => warn(error.message));
