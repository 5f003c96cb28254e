// A hand scanner types like a keyboard and ends with Enter, which would press whatever button has the focus.
// A scan is known by its prefix (F9, or the symbology identifier ]d2 that GS1 DataMatrix scanners send), caught
// before any element sees it, and taken to the page that the code names. What a human types is left alone.
const PREFIX_KEY = "F9";
const IDENTIFIER = "]d2";
const SEPARATOR = "\u001d";
const PREFIX_MS = 120;
const CUT_MS = 1500;
const LONGEST = 120;

let scan = null;
let timer = 0;
let swallow = false;

function begin(text) {
  scan = text;
  document.getElementById("scanned").hidden = true;
  wait(text.length < IDENTIFIER.length && text ? PREFIX_MS : CUT_MS);
}

function wait(milliseconds) {
  clearTimeout(timer);
  timer = setTimeout(giveUp, milliseconds);
}

function isPrefix(text) {
  return text.length < IDENTIFIER.length && IDENTIFIER.startsWith(text);
}

// Not a scan after all: what was held back is put where it was typed.
function giveBack(text) {
  const field = document.activeElement;
  if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) {
    field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function giveUp() {
  clearTimeout(timer);
  const text = scan;
  scan = null;
  if (text && isPrefix(text)) giveBack(text);
  else cut();
}

function cut() {
  const place = document.getElementById("scanned");
  place.textContent = place.dataset.cut;
  place.hidden = false;
}

function finish() {
  clearTimeout(timer);
  const code = scan;
  scan = null;
  swallow = true;
  const plain = code.startsWith(IDENTIFIER) ? code.slice(IDENTIFIER.length) : code;
  if (!plain || code.length > LONGEST) cut();
  else window.location.assign(`/scan?code=${encodeURIComponent(code)}`);
}

// Windows says AltGr as Control and Alt; on a Danish keyboard that is how "]" is typed.
function isControl(event) {
  return event.ctrlKey && !event.getModifierState("AltGraph");
}

function character(event) {
  if (event.key === "F8" || (isControl(event) && event.key === "]")) return SEPARATOR;
  return event.key.length === 1 ? event.key : "";
}

function keydown(event) {
  if (scan === null) {
    if (event.key === PREFIX_KEY) begin("");
    else if (event.key === IDENTIFIER[0] && !isControl(event)) begin(event.key);
    else return;
    stop(event);
    return;
  }
  if (isPrefix(scan) && scan !== "") {
    const next = scan + character(event);
    if (!IDENTIFIER.startsWith(next) || next === scan) {
      if (["Shift", "AltGraph", "Alt", "Control"].includes(event.key)) return;
      giveUp();
      return;
    }
  }
  stop(event);
  if (event.key === "Enter" || event.key === "Tab") finish();
  else {
    scan += character(event);
    wait(isPrefix(scan) && scan !== "" ? PREFIX_MS : CUT_MS);
  }
}

function keyup(event) {
  if (scan === null && !swallow) return;
  stop(event);
  if (event.key === "Enter" || event.key === "Tab") swallow = false;
}

function stop(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}

export function start() {
  window.addEventListener("keydown", keydown, true);
  window.addEventListener("keypress", (event) => { if (scan !== null || swallow) stop(event); }, true);
  window.addEventListener("keyup", keyup, true);
}
