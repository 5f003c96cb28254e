// Live values: every event is an object of key and text, and each text goes into its own field. Nothing is ever
// replaced, so focus, selection and a finger on a button stay where they are.
const STALE_MS = 5000;
const CHECK_MS = 500;
const QUIET_MS = 8000;
const ATTRIBUTES = new Set(["data-tone", "data-rank", "href", "value", "max"]);

let fields = new Map();
let last = Date.now();
let touched = 0;
let pressed = false;

function collect() {
  const found = new Map();
  const add = (key, write) => found.set(key, [...(found.get(key) ?? []), write]);
  for (const element of document.querySelectorAll("[data-live]")) {
    add(element.dataset.live, (text) => {
      if (element.textContent !== text) element.textContent = text;
    });
  }
  for (const element of document.querySelectorAll("[data-live-attrs]")) {
    for (const pair of element.dataset.liveAttrs.split(" ")) {
      const [name, key] = pair.split("=");
      if (!ATTRIBUTES.has(name)) continue;
      add(key, (text) => {
        if (name === "href" && !/^(\/(?!\/)|#)/.test(text)) element.removeAttribute(name);
        else if (element.getAttribute(name) !== text) element.setAttribute(name, text);
      });
    }
  }
  return found;
}

function patch(changed) {
  for (const [key, text] of Object.entries(changed)) {
    for (const write of fields.get(key) ?? []) write(text);
  }
  if (Object.keys(changed).length > 0) heard();
  sort();
}

// "Needs me first", but never under a hand: tiles change places only when nobody has touched anything for a while.
function sort() {
  if (pressed || Date.now() - touched < QUIET_MS) return;
  for (const list of document.querySelectorAll("[data-sorted]")) {
    if (list.contains(document.activeElement)) continue;
    const items = [...list.children];
    const sorted = items.toSorted((one, other) => Number(one.dataset.rank) - Number(other.dataset.rank));
    if (sorted.some((item, place) => item !== items[place])) list.append(...sorted);
  }
}

function heard() {
  last = Date.now();
  show(false);
}

function show(stale) {
  const banner = document.getElementById("stale");
  if (banner.hidden !== stale) return;
  if (stale) {
    const time = new Date(last).toLocaleTimeString(document.documentElement.lang);
    banner.textContent = banner.dataset.text.replace("{time}", time);
  }
  banner.hidden = !stale;
  document.documentElement.classList.toggle("is-stale", stale);
  for (const button of document.querySelectorAll("[data-action]")) button.disabled = stale;
}

function listen(main) {
  const language = main.dataset.language;
  if ("SharedWorker" in window) {
    const worker = new SharedWorker(main.dataset.worker, { type: "module", name: language });
    worker.port.onmessage = (event) => patch(event.data);
    window.addEventListener("pagehide", () => worker.port.postMessage("bye"));
    return;
  }
  const source = new EventSource(`/events?language=${encodeURIComponent(language)}`);
  source.onmessage = (event) => patch(JSON.parse(event.data));
}

export function start() {
  fields = collect();
  for (const kind of ["pointerdown", "keydown"]) {
    window.addEventListener(kind, () => { touched = Date.now(); pressed = kind === "pointerdown"; }, true);
  }
  for (const kind of ["pointerup", "pointercancel"]) window.addEventListener(kind, () => { pressed = false; }, true);
  window.addEventListener("pageshow", (event) => { if (event.persisted) window.location.reload(); });
  setInterval(() => show(Date.now() - last > STALE_MS), CHECK_MS);
  listen(document.getElementById("main"));
}
