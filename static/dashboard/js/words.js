// Numbers and times as people read them. Pure.

const THIN = "\u202f";
export const UNKNOWN = "\u2013";

/** 1284 -> "1 284"; from a million on "1.28 M". Null is not known, and never 0. */
export function count(n) {
  if (n === null || n === undefined) return UNKNOWN;
  if (Math.abs(n) >= 1e6) {
    const [value, unit] = Math.abs(n) >= 1e9 ? [n / 1e9, "G"] : [n / 1e6, "M"];
    return `${value.toFixed(Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2)}${THIN}${unit}`;
  }
  return String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, THIN);
}

/** A rate a second: one digit after the point while it is small. */
export function rate(r) {
  if (r === null || r === undefined) return UNKNOWN;
  return r < 9.95 ? r.toFixed(1) : count(Math.round(r));
}

/** A length: "0.4 s", "42 s", "2 min 5 s", "3 h 20 min". */
export function length(seconds) {
  if (seconds === null || seconds === undefined) return UNKNOWN;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const s = Math.round(seconds);
  if (s < 90) return `${s} s`;
  if (s < 5400) return `${Math.floor(s / 60)} min${s % 60 ? ` ${s % 60} s` : ""}`;
  return `${Math.floor(s / 3600)} h ${Math.round((s % 3600) / 60)} min`;
}

/** A length that is no better than an estimate: "40 s", "4 min", "3 h". */
export function about(seconds) {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3600)} h`;
}

/** A length that may be short: "60 ms"; from a second on as the others. */
export function short(ms) {
  return ms < 1000 ? `${count(ms)} ms` : length(ms / 1000);
}

/** What is left until an instant, in whole seconds, never below 0: "42 s". */
export function left(untilAt, now) {
  return length(Math.max(0, Math.ceil((untilAt - now) / 1000))).replace(/^(\d)\.0/, "$1");
}

/** An instant as the clock on the wall shows it: "12:03:04". */
export function clock(at) {
  const date = new Date(at);
  const two = (n) => String(n).padStart(2, "0");
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** "0 duplicates", "1 duplicate", "2 duplicates". */
export function several(n, word) {
  return `${count(n)} ${n === 1 ? word : `${word}s`}`;
}

export function capital(word) {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
