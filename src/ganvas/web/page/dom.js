// Elements of the page. Text is always set as text: nothing from a model, a file or a person is ever read as markup.

import { t } from "/page/words.js";

/** Make an element. props: properties, `on...` listeners, `data` and `aria` records, `class`, `style` (through the CSSOM). */
export function h(tag, props = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) set(made, name, value);
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

/** Make an SVG element with attributes. */
export function svg(tag, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function set(made, name, value) {
  if (value === null || value === undefined) return;
  if (name === "class") made.className = value;
  else if (name === "style") Object.assign(made.style, value);
  else if (name === "data") Object.assign(made.dataset, value);
  else if (name === "aria") for (const [key, one] of Object.entries(value)) made.setAttribute(`aria-${key}`, one);
  else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
  else if (name in made && name !== "list" && name !== "form") made[name] = value;
  else made.setAttribute(name, value);
}

/** A button with words, and what it does. */
export const button = (words, act, props = {}) => h("button", { type: "button", onclick: act, ...props }, words);

const PATHS = {
  heart: "M12 20s-7-4.4-9-9c-1.200-3 .6-6.500 4-6.500 2.200 0 3.800 1.200 5 3 1.200-1.800 2.800-3 5-3 3.400 0 5.200 3.500 4 6.500-2 4.600-9 9-9 9Z",
  bin: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10 11v5M14 11v5",
  close: "M6 6l12 12M18 6L6 18",
  down: "M12 4v11M7.500 11l4.500 4.500 4.500-4.500M5 20h14",
  plus: "M12 5v14M5 12h14",
  left: "M14.500 5l-7 7 7 7",
  right: "M9.500 5l7 7-7 7",
  check: "M5 12.500l4.500 4.500L19 7.500",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM12 3v2M12 19v2M3 12h2M19 12h2M5.600 5.600L7 7M17 17l1.400 1.400M18.400 5.600L17 7M7 17l-1.400 1.400",
  upload: "M12 20V9M7.500 13L12 8.500l4.500 4.500M5 4h14",
  search: "M11 5a6 6 0 1 0 0 12 6 6 0 0 0 0-12ZM15.500 15.500L20 20",
  sliders: "M4 8h9M17 8h3M4 16h3M11 16h9M15 6v4M9 14v4",
};

/** A drawn sign, hidden from screen readers: what it is on says what it does. */
export const icon = (name) =>
  svg("svg", { viewBox: "0 0 24 24", "aria-hidden": "true", class: `icon ${name}` }, svg("path", { d: PATHS[name] }));

/** A button that is only a sign; words name it. */
export const sign = (name, words, act, props = {}) =>
  h("button", { type: "button", class: "sign", title: words, aria: { label: words }, onclick: act, ...props }, icon(name));

/** A labelled control. */
let labels = 0;
export function field(words, control, note = "") {
  control.id ||= `field-${++labels}`;
  return h("div", { class: "field" }, h("label", { htmlFor: control.id }, words), control, note && h("p", { class: "note" }, note));
}

/** A choice of one of several. choices: values, or [value, words]. */
export function select(choices, value, change, props = {}) {
  const options = choices.map((one) => (Array.isArray(one) ? one : [one, one]));
  const made = h("select", { onchange: () => change(made.value), ...props });
  made.append(...options.map(([key, words]) => h("option", { value: key }, words)));
  made.value = value ?? "";
  return made;
}

/** A slider that shows its number. */
export function slider(words, { min, max, step, value, show = (number) => number }, change) {
  const shown = h("output", {}, String(show(value)));
  const control = h("input", { type: "range", min, max, step, value, oninput: () => { shown.textContent = show(+control.value); change(+control.value); } });
  const made = field(words, control);
  made.firstChild.append(" ", shown);
  made.control = control;
  return made;
}

/** Say something in passing; screen readers hear it. act: a way to undo it. */
export function toast(words, { act = null, name = "", bad = false } = {}) {
  document.getElementById("status").textContent = words;
  const close = () => made.remove();
  const undo = act && button(name || t("undo"), () => { close(); act(); }, { class: "link" });
  const made = h("div", { class: bad ? "toast bad" : "toast" }, h("span", {}, words), undo, sign("close", t("close"), close));
  document.getElementById("toasts").append(made);
  setTimeout(close, act ? 10000 : bad ? 9000 : 4500);
}

/** Do something, and say what went wrong. */
export async function attempt(work) {
  try { return await work(); } catch (error) { toast(error.message, { bad: true }); return undefined; }
}

/** Open a dialog, which Escape and its sign close. It holds the focus meanwhile, and gives it back. */
export function dialog(title, content, { wide = false, closed = () => {} } = {}) {
  const named = h("h2", { id: `dialog-${++labels}` }, title);
  const made = h("dialog", { class: wide ? "wide" : "", aria: { labelledby: named.id } },
    h("header", {}, named, sign("close", t("close"), () => made.close())), content);
  made.addEventListener("close", () => { made.remove(); closed(); });
  made.addEventListener("click", (event) => { if (event.target === made) made.close(); });
  document.body.append(made);
  made.showModal();
  return made;
}

/** Call a function with the newest arguments, one call at a time: what comes meanwhile waits, and only the last of it is done. */
export function newest(work) {
  let running = false, waiting = null;
  return async function call(...given) {
    waiting = given;
    if (running) return;
    running = true;
    while (waiting) {
      const now = waiting;
      waiting = null;
      await work(...now);
    }
    running = false;
  };
}
