// Pages are complete without this: it only brings live values, scans, and the pouch that an address names.
import { start as listen } from "./live.js";
import { start as scan } from "./scanner.js";

scan();
listen();
const named = window.location.hash && document.getElementById(window.location.hash.slice(1));
if (named instanceof HTMLElement) {
  for (const details of named.querySelectorAll("details")) details.open = true;
}
