// Beyond what the page does without a script: the clock turns, and every chat and the path follow what happens.
"use strict";

(() => {
  const fragment = { "X-Ruimte-Fragment": "1" };
  const clock = document.getElementById("clock");
  const dialog = document.getElementById("dialog");
  const chats = [...document.querySelectorAll(".live")];
  const path = document.getElementById("path");
  if (!clock || !chats.length) return;

  // Where this page looks: the first chat, and the one beside it.
  const fields = new FormData(clock);
  const where = new URLSearchParams({ place: fields.get("place"), beside: fields.get("beside") });
  const base = chats[0].dataset.base;

  // The clock

  const dock = document.getElementById("dock");
  const now = document.getElementById("now");
  const moving = document.getElementById("moving");
  const says = document.getElementById("clock-says");
  const watch = dock.querySelector(".watch");
  const began = Number(watch.dataset.minutes);
  let own = false;

  // Angles only grow, so that the hands never turn back.
  const turn = (minutes) => {
    const hands = [[".hour", (began % 720) / 2 + (minutes - began) / 2], [".minute", (began % 60) * 6 + (minutes - began) * 6]];
    hands.forEach(([name, angle]) => {
      const hand = watch.querySelector(name);
      hand.classList.add("moved");
      hand.style.transform = `rotate(${angle}deg)`;
    });
  };

  const showClock = (told) => {
    now.textContent = told.now;
    now.dateTime = told.iso;
    turn(told.minutes);
    dock.classList.toggle("night", told.dark);
    dock.querySelectorAll("[data-clock]").forEach((part) => { part.textContent = told[part.dataset.clock]; });
    moving.hidden = !told.moving;
    if (told.progress !== undefined) moving.value = told.progress;
    if (!own) clock.querySelectorAll("button").forEach((button) => { button.disabled = told.moving; });
  };

  const move = async (submitter) => {
    const data = new URLSearchParams(new FormData(clock));
    data.append(submitter.name, submitter.value);
    const buttons = clock.querySelectorAll("button");
    own = true;
    buttons.forEach((button) => { button.disabled = true; });
    says.textContent = says.dataset.moving;
    moving.hidden = false;
    moving.removeAttribute("value");
    try {
      const answer = await fetch(clock.getAttribute("action"), { method: "POST", body: data, headers: fragment });
      if (answer.ok) {
        const told = await answer.json();
        showClock(told);
        says.textContent = told.says;
      } else {
        says.textContent = await answer.text();
      }
    } catch {
      says.textContent = says.dataset.failed;
    } finally {
      own = false;
      moving.hidden = true;
      buttons.forEach((button) => { button.disabled = false; });
      submitter.focus();
      await refresh();
    }
  };

  document.addEventListener("submit", (event) => {
    if (event.target !== clock) return;
    event.preventDefault();
    move(event.submitter);
  });

  // The chats

  let asked = 0;

  // What is pressed must still be there when it is let go, and in the same place: until then nothing is drawn again.
  let pressed = null;
  let letGo = () => {};
  document.addEventListener("pointerdown", () => { pressed = pressed || new Promise((go) => { letGo = go; }); }, true);
  ["pointerup", "pointercancel"].forEach((name) => document.addEventListener(name, () => {
    // The click comes after it.
    setTimeout(() => { pressed = null; letGo(); });
  }, true));

  const part = async (address) => {
    const answer = await fetch(address, { headers: fragment });
    return answer.ok ? answer.text() : null;
  };

  const refresh = async () => {
    const mine = ++asked;
    const found = await Promise.all(chats.map((chat) => part(`${chat.dataset.base}/messages?place=${chat.dataset.place}`)));
    // What the chats show decides which step was taken.
    const steps = path ? await part(`${base}/path?${where}`) : null;
    await pressed;
    if (mine !== asked) return;
    chats.forEach((chat, index) => { if (found[index] !== null) put(chat, found[index]); });
    if (steps !== null) follow(steps);
  };

  const follow = (html) => {
    if (path.dataset.shown === html) return;
    path.dataset.shown = html;
    const focused = path.contains(document.activeElement);
    path.innerHTML = html;
    const link = dock.querySelector(".to-path");
    if (link) {
      link.hidden = !path.querySelector("form.path-ways");
      if (!link.hidden) link.textContent = path.querySelector("#path-count").textContent;
    }
    if (focused) { const next = path.querySelector("a, button"); if (next) next.focus({ preventScroll: true }); }
  };

  const put = (chat, html) => {
    const seen = new Set([...chat.querySelectorAll(".message")].map((message) => message.id));
    const threads = new Map([...chat.querySelectorAll("details")].map((details) => [details.id, details.open]));
    const active = document.activeElement;
    const focused = chat.contains(active) ? active.closest(".message") : null;
    chat.innerHTML = html;
    chat.querySelectorAll("details").forEach((details) => {
      if (threads.has(details.id)) details.open = threads.get(details.id);
    });
    if (focused) {
      const message = document.getElementById(focused.id);
      const same = message ? [...message.querySelectorAll("button")].find((one) => one.textContent === active.textContent) : null;
      if (same || message) (same || message).focus({ preventScroll: true });
    }
    const fresh = [...chat.querySelectorAll(".message")].filter((message) => !seen.has(message.id));
    if (!fresh.length) return;
    fresh.forEach((message) => message.classList.add("fresh"));
    const news = document.getElementById("news");
    const first = fresh[0].querySelector(".heading, .text");
    news.textContent = `${news.dataset.text}: ${first ? first.textContent : ""}`;
    // What came with many replies is read from its beginning, not from its last reply.
    const above = fresh.map((message) => message.parentElement.closest(".message") || message);
    const digest = fresh.length > 1 ? above.filter((message) => message.querySelector("details.thread")).pop() : null;
    (digest || fresh[0]).scrollIntoView({ block: digest || chats.length > 1 ? "start" : "nearest" });
  };

  if (dialog) dialog.addEventListener("close", refresh);

  if (window.EventSource) {
    const events = new EventSource(`${base}/events?${where}`);
    // Somebody began again: what stands here is gone.
    events.addEventListener("play", (event) => {
      const told = JSON.parse(event.data);
      if (told.name !== dock.dataset.play) location.reload(); else showClock(told);
    });
    events.addEventListener("chat", refresh);
    events.addEventListener("clock", (event) => {
      const told = JSON.parse(event.data);
      showClock(told);
      if (!told.moving) refresh();
    });
  }

  // Where the path stands above the chat it is read first.
  const beside = window.matchMedia("(min-width: 72.01rem)").matches;
  if (!location.hash && (chats.length > 1 || beside || !path.querySelector("h2"))) {
    chats.forEach((chat) => {
      const last = chat.querySelector(".messages > .message:last-child");
      if (last && chats.length > 1) chat.scrollTop = last.offsetTop - chat.offsetTop;
      else if (last) last.scrollIntoView({ block: "nearest" });
    });
  }
})();
