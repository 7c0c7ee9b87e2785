// What a person says of whole things: that a failing sum is the report's own fault, that a table is there or is not.
import { make, reviewer, send, t, warn } from "./common.js";

function buttons(...said) {
  return make("div", { className: "row buttons" }, ...said.map(([key, told, act], n) => {
    const button = make("button", { type: "button", className: n ? "" : "main" }, told, ...(key ? [" ", make("kbd", {}, key)] : []));
    button.addEventListener("click", act);
    return button;
  }));
}

export function sayingOfSum(check, decision) {
  const cell = check.check === "year_link" ? check.cells[0] : "";
  return { checks: [{ check: check.check, table: check.table, at: check.at, cell, decision }] };
}

export function sumButtons(check, decide) {
  if (check.decision) return buttons(["", t("take_decision_back"), () => decide(null)]);
  return buttons(["Enter", t("confirm_sum"), () => decide("confirmed")], ["i", t("ignore_sum"), () => decide("ignored")]);
}

export async function sayTable(address, revision, name, said) {
  // The page is made anew: the form that it shows is another one.
  try {
    await send("PATCH", `${address}/cells`, { reviewer: reviewer(), revision, tables: { [name]: said } });
    location.reload();
  } catch (error) {
    warn(t("not_saved", { why: error.message }));
  }
}

export function readyTables(say) {
  // The buttons that stand in the page beside each table.
  for (const button of document.querySelectorAll("button[data-say]")) {
    button.addEventListener("click", () => say(button.closest("[data-table]").dataset.table, JSON.parse(button.dataset.say)));
  }
}
