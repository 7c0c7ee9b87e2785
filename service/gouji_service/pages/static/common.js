// What every page needs: phrases, requests whose errors are sentences, the live region, dialogs, the sheet of keys.
export const words = JSON.parse(document.getElementById("words").textContent);
export const chinese = document.documentElement.lang === "zh-CN";

export function t(key, values = {}) {
  return words[key].replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? "";
const token = meta("csrf");
export const reviewer = () => meta("user") || localStorage.getItem("reviewer") || null; // who decides

export class Refusal extends Error {
  // An answer that is a problem: status 0 when no answer came at all.
  constructor(status, code, told, wait = 0, errors = []) {
    super(told);
    Object.assign(this, { status, code, wait, errors });
  }
}

export async function send(method, address, body) {
  const asked = { method, headers: { Accept: "application/json" } };
  if (token) asked.headers["X-CSRF-Token"] = token; // what a cookie alone may not do
  if (body instanceof FormData) asked.body = body;
  else if (body !== undefined) {
    asked.body = JSON.stringify(body);
    asked.headers["Content-Type"] = "application/json";
  }
  let answer;
  try {
    answer = await fetch(address, asked);
  } catch {
    throw new Refusal(0, "unreachable", t("unreachable"));
  }
  if (answer.status === 401) location.assign("/login"); // the session is over
  const told = await answer.json().catch(() => ({}));
  if (answer.ok) return told;
  const why = [chinese ? told.detail_zh : told.detail, ...(told.errors ?? []).map((one) => (chinese && one.message_zh) || one.message)];
  const remedy = words[`remedy_${told.code}`];
  const sentence = remedy ?? [...new Set(why)].filter(Boolean).join(" ");
  throw new Refusal(answer.status, told.code ?? String(answer.status), sentence || t("error_title"), Number(answer.headers.get("Retry-After")) || 2, told.errors);
}

export const wait = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

export function make(tag, values = {}, ...inside) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(values)) {
    if (name in made && name !== "list") made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...inside.filter((one) => one !== null && one !== undefined));
  return made;
}

export function say(text) {
  document.getElementById("live").textContent = text;
}

export function warn(text, calm = false) {
  const banner = document.getElementById("banner");
  banner.classList.toggle("calm", calm);
  banner.hidden = !text;
  banner.textContent = text;
}

export function ask(text) {
  // Yes by Enter, no by Escape; the focus goes back to where it was.
  const dialog = document.getElementById("ask");
  document.getElementById("ask-text").textContent = text;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((told) => dialog.addEventListener("close", () => told(dialog.returnValue === "yes"), { once: true }));
}

const keys = document.getElementById("keys");
document.getElementById("keys-button").addEventListener("click", () => keys.showModal());

export function onKey(act) {
  // Single keys outside of fields; none that the browser owns, none while an IME composes; full width counts as half.
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.target.closest("input:not([type=checkbox]), textarea, select, iframe")) return;
    const key = event.key.length === 1 ? event.key.normalize("NFKC") : event.key;
    if (key === "?") {
      keys.showModal();
      event.preventDefault();
    } else if (act(key, event)) event.preventDefault();
  });
}

export const kept = {
  get: (name, otherwise) => JSON.parse(sessionStorage.getItem(name) ?? "null") ?? otherwise,
  set: (name, value) => sessionStorage.setItem(name, JSON.stringify(value)),
};
