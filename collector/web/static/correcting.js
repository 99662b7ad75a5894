/* The page of a correction: what is unfolded stays so, and what one types while the server answers is not lost. */
(() => {
  "use strict";
  const form = () => document.getElementById("correction");
  const ours = (event) => event.target && event.target.id === "correction";
  const ticked = (one) => one.type === "checkbox" || one.type === "radio";
  const said = () => new Map([...form().elements].filter((one) => one.id && !["file", "hidden", "submit"].includes(one.type))
    .map((one) => [one.id, ticked(one) ? one.checked : one.value]));
  let sent = new Map(), later = [], unfolded = [];

  document.addEventListener("htmx:beforeRequest", (event) => { if (ours(event)) sent = said(); });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!ours(event)) return;
    later = [...said()].filter(([id, value]) => sent.has(id) && sent.get(id) !== value);
    unfolded = [...form().querySelectorAll("details[open][id]")].map((one) => one.id);
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (!form()) return;
    for (const one of unfolded) { const found = document.getElementById(one); if (found) found.open = true; }
    for (const [id, value] of later) {
      const one = document.getElementById(id);
      if (one) one[ticked(one) ? "checked" : "value"] = value;
    }
    const again = later.length > 0;
    later = []; unfolded = [];
    if (again) form().dispatchEvent(new Event("change", { bubbles: true }));
  });
})();
