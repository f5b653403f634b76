// Beyond what the page does without a script: forms and notices open in a dialog.
"use strict";

(() => {
  const fragment = { "X-Ruimte-Fragment": "1" };
  const dialog = document.getElementById("dialog");

  // Forms that open in the dialog

  // A form with a field named "action" hides its own address behind it: hence getAttribute below.
  const body = (form, submitter) => {
    const data = new URLSearchParams(new FormData(form));
    if (submitter && submitter.name) data.append(submitter.name, submitter.value);
    return data;
  };

  // Who closes the dialog goes on where they were, also when the messages were drawn again meanwhile.
  let opener = null;
  let around = "";

  const remember = (submitter) => {
    if (!submitter || dialog.contains(submitter)) return;
    const message = submitter.closest(".message");
    opener = submitter;
    around = message ? message.id : "";
  };

  const goBack = () => {
    const label = opener ? opener.textContent : "";
    const message = document.getElementById(around);
    const again = message ? [...message.querySelectorAll("button")].find((one) => one.textContent === label) : null;
    const to = opener && opener.isConnected ? opener : again || message;
    if (to) to.focus();
  };

  if (dialog) dialog.addEventListener("close", goBack);

  // Who closes a form finds what they typed when they open it again: in the memory of this page, and nowhere else.
  const typed = new Map();

  const nameOf = (form) => ["action", "state"].reduce(
    (name, key) => `${name}\n${form.querySelector(`[name="${key}"]`).value}`, form.getAttribute("action"));

  const fieldsOf = (form) => [...form.querySelectorAll('[name^="f."]')];

  const layAside = () => {
    const form = dialog.querySelector("#reply-form");
    if (!form) return;
    const fields = fieldsOf(form);
    const changed = fields.some((field) => field.checked !== field.defaultChecked || field.value !== field.defaultValue);
    if (changed || form.querySelector("[aria-invalid]")) {
      typed.set(nameOf(form), fields.map((field) => [field.value, field.checked]));
    } else typed.delete(nameOf(form));
  };

  const putBack = () => {
    const form = dialog.querySelector("#reply-form");
    const kept = form && typed.get(nameOf(form));
    if (!kept) return;
    fieldsOf(form).forEach((field, index) => {
      if (!kept[index]) return;
      const choice = field.type === "radio" || field.type === "checkbox";
      if (choice) field.checked = kept[index][1]; else field.value = kept[index][0];
    });
  };

  if (dialog) dialog.addEventListener("close", layAside);

  const show = (html, sent) => {
    if (sent) typed.delete(nameOf(sent)); else layAside();
    dialog.innerHTML = html;
    putBack();
    if (!dialog.open) dialog.showModal();
    dialog.scrollTop = 0;
    dialog.querySelectorAll("textarea[data-count]").forEach(count);
    const wrong = dialog.querySelector("[aria-invalid] input, textarea[aria-invalid], input[aria-invalid]");
    (wrong || dialog.querySelector("#reply-title")).focus();
  };

  const sorry = (text) => {
    dialog.replaceChildren();
    const reply = document.createElement("div");
    const title = document.createElement("h2");
    const line = document.createElement("p");
    const close = document.createElement("button");
    reply.className = "reply";
    title.id = "reply-title";
    title.tabIndex = -1;
    title.textContent = dialog.dataset.title;
    line.textContent = text;
    close.textContent = dialog.dataset.closeLabel;
    close.dataset.close = "";
    reply.append(title, line, close);
    dialog.append(reply);
    if (!dialog.open) dialog.showModal();
    title.focus();
  };

  const send = async (form, submitter) => {
    const buttons = [...form.querySelectorAll("button"), ...(submitter ? [submitter] : [])];
    buttons.forEach((button) => { button.disabled = true; });
    try {
      const answer = await fetch(form.getAttribute("action"), { method: "POST", body: body(form, submitter), headers: fragment });
      const text = await answer.text();
      if (answer.ok || answer.status === 422) show(text, form.id === "reply-form" ? form : null); else sorry(text);
    } catch {
      keep(form, buttons);
    } finally {
      buttons.forEach((button) => { button.disabled = false; });
    }
  };

  // What was typed must not be lost because the server was away for a moment.
  const keep = (form) => {
    if (!dialog.contains(form)) { sorry(dialog.dataset.failed); return; }
    let line = form.querySelector(".problem.network");
    if (!line) {
      line = document.createElement("p");
      line.className = "problem network";
      line.setAttribute("role", "alert");
      form.append(line);
    }
    line.textContent = dialog.dataset.failed;
  };

  const count = (area) => {
    let line = area.nextElementSibling;
    if (!line || !line.classList.contains("count")) {
      line = document.createElement("p");
      line.className = "count";
      area.after(line);
    }
    const left = area.maxLength - area.value.length;
    line.textContent = left < 200 ? area.dataset.count.replace("#", left) : "";
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (dialog && form.matches("form[data-dialog]")) {
      event.preventDefault();
      remember(event.submitter);
      send(form, event.submitter);
    }
  });

  document.addEventListener("click", (event) => {
    if (dialog && dialog.open && event.target.closest("[data-close]")) {
      event.preventDefault();
      dialog.close();
    } else if (dialog && event.target === dialog) {
      if (!dialog.querySelector("textarea, input:not([type=hidden])")) dialog.close();
    }
  });

  document.addEventListener("input", (event) => {
    if (event.target.matches("textarea[data-count]")) count(event.target);
  });
})();
