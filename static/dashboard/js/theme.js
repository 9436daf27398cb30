// Light or dark: the system decides until somebody presses the button.

import { storage } from "./positions.js";

const KEY = "flowviz.theme";

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
    try {
      if (same) storage()?.removeItem(KEY);
      else storage()?.setItem(KEY, wanted);
    } catch {
      // Forbidden: the choice lasts as long as the page.
    }
    changed();
  });
  system.addEventListener("change", changed);
}
