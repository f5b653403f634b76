// What is stored now: looks again every two seconds while somebody looks, and says what became different.
"use strict";

(() => {
  const EVERY_MS = 2000;
  const dialog = document.getElementById("dialog");
  const panel = document.querySelector("details.stored");

  const rows = (root) => new Map([...root.querySelectorAll("tr[data-key]")].map((row) => [row.dataset.key, row.dataset.first]));

  // Say what became different, in one sentence that knows no more than a thief does.
  const compare = (place, before) => {
    const line = place.parentElement.querySelector(".change");
    const after = rows(place);
    const more = [...after.keys()].filter((key) => !before.has(key));
    const other = [...after.keys()].filter((key) => before.has(key) && before.get(key) !== after.get(key));
    place.querySelectorAll("tr[data-key]").forEach((row) => {
      row.classList.toggle("fresh", more.includes(row.dataset.key) || other.includes(row.dataset.key));
    });
    const gone = [...before.keys()].some((key) => !after.has(key));
    if (gone) line.textContent = line.dataset.less;
    else if (more.length) line.textContent = line.dataset.more;
    else if (other.length) line.textContent = line.dataset.other;
  };

  const put = (place, html) => {
    const first = !place.firstElementChild;
    const shown = first ? "" : place.firstElementChild.dataset.round;
    const before = rows(place);
    const scrolled = [...place.querySelectorAll(".table")].map((table) => [table.scrollLeft, table.scrollTop]);
    const focused = [...place.querySelectorAll("a, .table")].indexOf(document.activeElement);
    place.innerHTML = html;
    place.querySelectorAll(".table").forEach((table, number) => {
      if (scrolled[number]) [table.scrollLeft, table.scrollTop] = scrolled[number];
    });
    if (focused >= 0) [...place.querySelectorAll("a, .table")][focused]?.focus({ preventScroll: true });
    if (!first && place.firstElementChild.dataset.round === shown) compare(place, before);
  };

  const look = async (place) => {
    const address = place.dataset.rows;
    try {
      const answer = await fetch(address, { headers: { "X-Ruimte-Fragment": "1" } });
      if (!answer.ok) return;
      const html = await answer.text();
      if (address !== place.dataset.rows || html === place.dataset.seen) return;
      place.dataset.seen = html;
      put(place, html);
    } catch {
      // The page says by itself when the sandbox is gone.
    }
  };

  const places = () => [...document.querySelectorAll(".stored-rows")].filter((place) => {
    const around = place.closest("details");
    return (!around || around.open) && (!dialog || !dialog.open || dialog.contains(place));
  });

  const again = async () => {
    if (!document.hidden) await Promise.all(places().map(look));
    setTimeout(again, EVERY_MS);
  };

  if (panel) panel.addEventListener("toggle", () => { if (panel.open) look(panel.querySelector(".stored-rows")); });

  document.addEventListener("click", (event) => {
    const link = event.target.closest(".rounds a");
    const place = link ? link.closest(".stored-rows") : null;
    if (!place) return;
    event.preventDefault();
    place.dataset.rows = link.getAttribute("href").replace("/stored?", "/stored/rows?");
    place.parentElement.querySelector(".change").textContent = "";
    look(place);
  });

  // Under a question, and under what comes after it, the rows of its own round.
  let beneath = null;

  const follow = () => {
    const form = dialog.querySelector("form input[name=action][value=answer]")?.form;
    if (form) {
      const token = form.querySelector("input[name=state]").value.split(" ")[0];
      const rows_ = new URLSearchParams(panel.querySelector(".stored-rows").dataset.rows.split("?")[1]);
      rows_.set("round", token.slice(0, token.lastIndexOf(".")));
      const address = `/stored/rows?${rows_}`;
      if (!beneath || beneath.querySelector(".stored-rows").dataset.rows !== address) {
        beneath = panel.cloneNode(true);
        beneath.removeAttribute("id");
        const place = beneath.querySelector(".stored-rows");
        place.replaceChildren();
        delete place.dataset.seen;
        place.dataset.rows = address;
        const own = beneath;
        own.addEventListener("toggle", () => { if (own.open) look(own.querySelector(".stored-rows")); });
      }
    }
    const reply = dialog.querySelector(".reply");
    if (!beneath || !reply || dialog.contains(beneath)) return;
    reply.append(beneath);
    if (beneath.open) look(beneath.querySelector(".stored-rows"));
  };

  if (dialog && panel) {
    new MutationObserver(follow).observe(dialog, { childList: true });
    dialog.addEventListener("close", () => { beneath = null; });
  }

  again();
})();
