// Of a year with several reports, the one that is shown.
import "./common.js";

for (const choice of document.querySelectorAll("[data-year]")) {
  choice.addEventListener("change", () => {
    const shown = [...document.querySelectorAll("[data-year]")].map((one) => one.value);
    const asked = new URLSearchParams(location.search);
    asked.set("reports", shown.join(","));
    location.search = asked;
  });
}
