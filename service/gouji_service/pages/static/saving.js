// Corrections to the service, one after the other, each with the revision that it is about. What cannot be sent waits.
import { reviewer, send, t, wait, warn } from "./common.js";

const waiting = [];
let busy = false;

export function save(one, follow) {
  // one: { body, again(result), undo(why) }. follow: { address, revision(), take(result), conflict(one, result) }.
  waiting.push(one);
  tell();
  if (!busy) work(follow);
}

function tell(offline = false) {
  document.getElementById("saving").textContent = waiting.length ? `… ${waiting.length}` : "✓";
  if (offline) warn(t("offline", { n: waiting.length }), true);
}

async function work(follow) {
  busy = true;
  let offline = false;
  while (waiting.length) {
    const [one] = waiting;
    try {
      const result = await send("PATCH", `${follow.address}/cells`, { reviewer: reviewer(), ...one.body, revision: follow.revision() });
      waiting.shift();
      follow.take(result, waiting);
    } catch (error) {
      if (error.status === 0 || (error.status === 503 && error.code !== "storage_read_only")) {
        offline = true;
        tell(true);
        await wait(error.wait || 2);
        continue;
      }
      waiting.shift();
      if (error.status === 409) await resolve(one, follow);
      else one.undo(error.message);
    }
    if (offline) warn("");
    offline = false;
    tell();
  }
  busy = false;
}

async function resolve(one, follow) {
  // Somebody was quicker. An answer that was lost on its way counts as kept: the report says already what was sent.
  const result = await send("GET", follow.address);
  follow.take(result, waiting);
  if (await follow.conflict(one, result)) waiting.unshift(one);
}

addEventListener("beforeunload", (event) => {
  if (waiting.length) event.preventDefault();
});
