// What the organiser's form does beyond what it does without a script: it keeps what is typed, and reckons along.
"use strict";

(() => {
  const form = document.getElementById("change");
  const says = document.getElementById("kept");
  if (!form || !says) return;

  const WAIT_MS = 400;
  let waiting = 0;
  let changed = false;
  let leaving = false;
  let busy = false;
  let again = false;
  let asking = null;

  // A select that adds one more is not chosen until it is sent: empty ones say nothing.
  const body = () => {
    const data = new URLSearchParams(new FormData(form));
    data.set("do", "keep");
    return data;
  };

  const show = (html) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    ["cost", "calendar", "groups", "problems", "file"].forEach((id) => {
      const [fresh, old] = [page.getElementById(id), document.getElementById(id)];
      if (!fresh || !old) return;
      old.className = fresh.className;
      old.replaceChildren(...fresh.childNodes);
    });
    // What is wrong with a field comes and goes below it; what is being typed stays as it is.
    page.querySelectorAll(".remarks").forEach((fresh) => {
      const old = document.getElementById(fresh.id);
      if (old && old.innerHTML !== fresh.innerHTML) old.replaceChildren(...fresh.childNodes);
    });
    page.querySelectorAll('[id^="f-"]').forEach((fresh) => {
      const old = document.getElementById(fresh.id);
      if (!old) return;
      ["aria-invalid", "aria-describedby"].forEach((name) => {
        if (fresh.hasAttribute(name)) old.setAttribute(name, fresh.getAttribute(name)); else old.removeAttribute(name);
      });
    });
  };

  // One at a time, so that what was typed first never takes the place of what was typed last.
  const keep = async () => {
    if (busy) { again = true; return; }
    busy = true;
    changed = false;
    says.textContent = says.dataset.keeping;
    asking = new AbortController();
    try {
      const headers = { "X-Ruimte-Fragment": "1" };
      const answer = await fetch(form.action, { method: "POST", body: body(), headers, signal: asking.signal });
      if (!answer.ok) throw new Error();
      const html = await answer.text();
      if (!again) { show(html); says.textContent = says.dataset.kept; }
    } catch {
      changed = true;
      if (!leaving) says.textContent = says.dataset.failed;
    } finally {
      busy = false;
      if (again && !leaving) { again = false; keep(); }
    }
  };

  const typed = () => {
    changed = true;
    clearTimeout(waiting);
    waiting = setTimeout(keep, WAIT_MS);
  };

  form.addEventListener("input", typed);
  // A button pressed twice is pressed once.
  form.addEventListener("submit", (event) => {
    if (leaving) { event.preventDefault(); return; }
    leaving = true;
    clearTimeout(waiting);
    if (asking) asking.abort();
  });
  window.addEventListener("pageshow", () => { leaving = false; });
  // Whoever goes away or reloads within that moment loses nothing either.
  window.addEventListener("pagehide", () => {
    if (changed && !leaving) fetch(form.action, { method: "POST", body: body(), headers: { "X-Ruimte-Fragment": "1" }, keepalive: true });
  });

  const unfold = (field) => {
    for (let above = field.closest("details"); above; above = above.parentElement.closest("details")) above.open = true;
  };

  // A row that was just added may stand in a part that is folded away.
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target && target.closest("details")) {
    unfold(target);
    target.scrollIntoView({ block: "center" });
  }

  // From a sentence at the top to the field that it is about, also where that is folded away.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-to]");
    const field = link && document.getElementById(`f-${link.dataset.to}`);
    if (!field) return;
    event.preventDefault();
    unfold(field);
    field.scrollIntoView({ block: "center" });
    (field.matches("input, select, textarea") ? field : field.querySelector("input, select, textarea") || field).focus({ preventScroll: true });
  });

  const verdict = document.getElementById("problems");
  if (verdict && location.hash === "#problems") verdict.focus();
})();
