// What somebody chose for this browser: light or dark, where the system decides until they do; and
// whether the side panel is folded, where the width decides.

import { storage } from "./positions.js";

const KEY = "flowviz.theme";
const FOLDED = "flowviz.folded";

/** @param {HTMLElement} button @param {() => void} changed */
export function themed(button, changed) {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const root = document.documentElement;
  const dark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
  button.addEventListener("click", () => {
    const wanted = dark() ? "light" : "dark";
    const same = wanted === (system.matches ? "dark" : "light");
    if (same) delete root.dataset.theme;
    else root.dataset.theme = wanted;
    keep(KEY, same ? null : wanted);
    changed();
  });
  system.addEventListener("change", changed);
}

/**
 * @param {boolean} narrow whether the page has little room for the panel
 * @returns {boolean} whether the panel is folded to begin with
 */
export function foldedAtFirst(narrow) {
  let chosen = null;
  try {
    chosen = storage()?.getItem(FOLDED) ?? null;
  } catch {
    // Forbidden: nothing was kept.
  }
  return chosen === null ? narrow : chosen === "yes";
}

export function keepFolded(folded) {
  keep(FOLDED, folded ? "yes" : "no");
}

function keep(key, value) {
  try {
    if (value === null) storage()?.removeItem(key);
    else storage()?.setItem(key, value);
  } catch {
    // Forbidden: the choice lasts as long as the page.
  }
}
