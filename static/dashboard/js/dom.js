// Making and changing elements. Text goes in as text, never as markup: names, keys and reasons
// come from whoever writes to the cluster.

const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {string} tag
 * @param {Object<string, string>} attributes
 * @param {...(Node|string)} children strings become text
 */
export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

export function svg(tag, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** Turns what follows around: by it one consumer group could look like another. */
const TURNING = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** @param {string} value @returns {string} with the marks written out that turn text around */
export function plainly(value) {
  return value.replace(TURNING, (mark) => `\\u${mark.charCodeAt(0).toString(16)}`);
}

/** Writes text only where it differs: most frames change nothing. */
export function text(element, value) {
  if (element.textContent === value) return;
  const plain = typeof value === "string" ? plainly(value) : value;
  if (element.textContent !== plain) element.textContent = plain;
}

/** Writes a name that may be broken after its dots and dashes; its text stays what it is. */
export function name(element, value) {
  const plain = plainly(value);
  if (element.textContent === plain) return;
  const parts = plain.split(/(?<=[._-])/);
  element.replaceChildren(...parts.flatMap((part, i) => (i ? [el("wbr"), part] : [part])));
}

/** Sets an attribute where it differs; null takes it away. */
export function attr(element, name, value) {
  if (value === null) {
    if (element.hasAttribute(name)) element.removeAttribute(name);
  } else if (element.getAttribute(name) !== value) {
    element.setAttribute(name, value);
  }
}

export function shown(element, visible) {
  if (element.hidden === visible) element.hidden = !visible;
}

export function toggle(element, name, on) {
  if (element.classList.contains(name) !== on) element.classList.toggle(name, on);
}

/**
 * Children of a list by key: kept where they stay, made where they are new, in the given order.
 * @param {Element} parent
 * @param {Map<string, Element>} known from the last time; changed in place
 * @param {string[]} keys
 * @param {(key: string) => Element} make
 */
export function keyed(parent, known, keys, make) {
  const wanted = new Set(keys);
  for (const [key, child] of known) {
    if (wanted.has(key)) continue;
    child.remove();
    known.delete(key);
  }
  keys.forEach((key, i) => {
    if (!known.has(key)) known.set(key, make(key));
    const child = known.get(key);
    if (parent.children[i] !== child) parent.insertBefore(child, parent.children[i] ?? null);
  });
}

/** Colours for canvases, read once a theme. */
export class Palette {
  constructor() {
    this.kept = new Map();
  }

  get(name) {
    let value = this.kept.get(name);
    if (value === undefined) {
      value = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
      this.kept.set(name, value);
    }
    return value;
  }

  forget() {
    this.kept.clear();
  }
}

/** @returns {import("./sheetplace.js").Box} where it is on the screen, px */
export function box(element) {
  const { left, top, width, height } = element.getBoundingClientRect();
  return { x: left, y: top, w: width, h: height };
}
