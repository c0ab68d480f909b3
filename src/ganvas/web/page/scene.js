// The scene as something to change by hand: its elements on a stage that shows the picture as it would be drawn.

import * as api from "/page/api.js";
import { attempt, button, dialog, field, h, newest, select, sign } from "/page/dom.js";
import { t } from "/page/words.js";

const ROWS = ["top", "", "bottom"], COLUMNS = ["left", "", "right"];
const SIZES = ["tiny", "small", "medium", "large", "full", "giant"], SHARES = [0.18, 0.3, 0.42, 0.62, 0.88, 0.96];
const COLOURS = ["red", "orange", "yellow", "green", "blue", "purple", "pink", "brown", "black", "grey", "white"];
const POSES = ["upright", "mirrored", "upside down"];
const GROUNDS = ["none", "meadow", "forest", "mountain", "desert", "snow", "beach", "sea", "under water", "city", "room", "space"];
const SKIES = ["day", "dawn", "sunset", "night", "rain", "snowfall", "fog"];
const PAGES = ["white", "cream", "pale pink", "pale green", "sky blue", "night blue", "sunset orange", "lavender", "grey", "sand", "black", "dark green", "dark grey", "wine red"];
const MOST = 6;

/** Name the place of a grid cell, 0 to 2 each, as a brief names it. */
const placeOf = (column, row) => `${ROWS[row]} ${COLUMNS[column]}`.trim() || "centre";
const cellOf = (place) => [COLUMNS, ROWS].map((names) => { const at = names.findIndex((one) => one && place.includes(one)); return at < 0 ? 1 : at; });

/** Open the scene of a request. about: who wrote it. */
export function editScene(request, about = {}) {
  const { brief, ...rest } = request;
  new Editor(structuredClone(brief), { seed: Math.floor(Math.random() * 2 ** 31), ...rest, count: undefined }, about);
}

class Editor {
  constructor(brief, request, about) {
    Object.assign(this, { brief, request, boxes: [], chosen: 0 });
    this.picture = h("img", { class: "drawn", alt: "" });
    this.layer = h("div", { class: "boxes" });
    this.stage = h("div", { class: "stage", role: "group", aria: { label: t("scene") } }, this.picture, this.layer);
    this.panel = h("div", { class: "panel" });
    this.whole = h("div", { class: "whole" });
    this.sketch = newest(() => this.draw());
    const acts = h("div", { class: "acts" },
      button(t("keepOne"), () => this.keep(1), { class: "primary" }), button(t("keepMany"), () => this.keep(8)));
    const writer = about.writer && h("p", { class: "note" }, `${t("drawnBy")}: ${t(`writer.${about.writer}`)}${about.note ? ` · ${about.note}` : ""}`);
    this.dialog = dialog(t("scene"), h("div", { class: "editor" }, h("div", {}, this.stage, h("p", { class: "note" }, t("sceneHint"))), h("div", { class: "side" }, writer, this.panel, this.whole, acts)), { wide: true });
    this.show();
    this.sketch();
  }

  /** Draw the scene as it is now, and learn where everything stands. */
  async draw() {
    this.stage.classList.add("busy");
    const found = await attempt(() => api.sketch(this.asked()));
    this.stage.classList.remove("busy");
    if (!found) return;
    this.picture.src = `data:image/png;base64,${found.picture}`;
    this.boxes = found.boxes;
    this.request.seed = found.seed;
    if (!this.held) this.showBoxes();
  }

  asked() {
    const { count, ...request } = this.request;
    return { ...request, brief: this.brief };
  }

  async keep(count) {
    await attempt(async () => { await api.submit("imagine", { ...this.asked(), count }); this.dialog.close(); });
  }

  changed({ panel = true } = {}) {
    if (panel) this.show(); else this.showBoxes();
    this.sketch();
  }

  show() {
    this.showBoxes();
    this.showPanel();
    this.showWhole();
  }

  get element() { return this.brief.elements[this.chosen]; }

  /** One box an element, around all of its pictures. */
  showBoxes() {
    const focused = this.layer.contains(document.activeElement);
    const made = this.brief.elements.map((element, number) => {
      const found = around(this.boxes.filter((one) => one.element === number)) ?? guess(element, number, this.brief.elements.length);
      return this.box(element, number, found);
    });
    this.layer.replaceChildren(...made);
    if (focused) made[this.chosen]?.focus();
  }

  box(element, number, at) {
    const made = h("div", {
      class: number === this.chosen ? "element chosen" : "element", tabIndex: 0, role: "button",
      aria: { label: `${t("element")} ${number + 1}: ${element.caption}, ${element.size}, ${element.place ?? t("auto")}`, pressed: number === this.chosen },
      onfocus: () => { if (this.chosen !== number) this.choose(number); }, onkeydown: (event) => this.key(event),
    }, h("span", { class: "caption" }, element.caption), h("span", { class: "corner", aria: { hidden: "true" } }));
    put(made, at);
    made.addEventListener("pointerdown", (event) => this.hold(event, made, number, at));
    return made;
  }

  choose(number) {
    this.chosen = number;
    [...this.layer.children].forEach((one, place) => one.classList.toggle("chosen", place === number));
    this.showPanel();
  }

  /** Follow the pointer: the corner scales, the rest moves. Let go, and it takes the nearest size or place that there is. */
  hold(event, made, number, at) {
    event.preventDefault();
    made.focus();
    this.choose(number);
    made.setPointerCapture(event.pointerId);
    const scaling = event.target.classList.contains("corner"), side = this.stage.clientWidth, from = [event.clientX, event.clientY];
    let now = at, moved = false;
    this.held = true;
    const follow = (next) => {
      const [x, y] = [(next.clientX - from[0]) / side, (next.clientY - from[1]) / side];
      moved ||= Math.hypot(x, y) > 0.01;
      now = scaling ? grown(at, 1 + (x + y) / (at.width + at.height)) : { ...at, left: at.left + x, top: at.top + y };
      put(made, now);
    };
    const done = () => {
      made.removeEventListener("pointermove", follow);
      this.held = false;
      if (moved) this.drop(now, scaling ? now.width / at.width : null);
    };
    made.addEventListener("pointermove", follow);
    made.addEventListener("lostpointercapture", done, { once: true });
  }

  drop(at, scale) {
    if (scale) this.element.size = SIZES[nearest(SHARES, SHARES[SIZES.indexOf(this.element.size)] * scale)];
    else this.element.place = placeOf(third(at.left + at.width / 2), third(at.top + at.height / 2));
    this.changed();
  }

  key(event) {
    const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }, size = SIZES.indexOf(this.element.size);
    if (steps[event.key]) {
      const [column, row] = cellOf(this.element.place ?? "centre"), [x, y] = steps[event.key];
      this.element.place = placeOf(Math.min(Math.max(column + x, 0), 2), Math.min(Math.max(row + y, 0), 2));
    } else if (event.key === "+" || event.key === "=") this.element.size = SIZES[Math.min(size + 1, SIZES.length - 1)];
    else if (event.key === "-") this.element.size = SIZES[Math.max(size - 1, 0)];
    else if (event.key === "Delete" || event.key === "Backspace") return this.remove();
    else return;
    event.preventDefault();
    this.changed();
  }

  /** Take the chosen element out, and what was said of it to others. */
  remove() {
    if (this.brief.elements.length < 2) return;
    const gone = this.chosen + 1, after = (number) => (number > gone ? number - 1 : number);
    this.brief.elements.splice(this.chosen, 1);
    this.brief.relations = this.brief.relations
      .filter((tie) => tie.subject !== gone && tie.object !== gone)
      .map((tie) => ({ ...tie, subject: after(tie.subject), object: after(tie.object) }));
    this.boxes = [];
    this.chosen = Math.min(this.chosen, this.brief.elements.length - 1);
    this.changed();
  }

  add() {
    this.brief.elements.push({ caption: "star", size: "small" });
    this.chosen = this.brief.elements.length - 1;
    this.changed();
    this.panel.querySelector("input")?.select();
  }

  showPanel() {
    const one = this.element, alone = this.brief.elements.length < 2;
    const caption = h("input", { type: "text", maxLength: 120, value: one.caption, onchange: () => { if (caption.value.trim()) { one.caption = caption.value.trim(); this.changed({ panel: false }); } } });
    const set = (name) => (value) => { one[name] = value || null; if (name === "count") one.count = +value; this.changed({ panel: false }); };
    this.panel.replaceChildren(
      h("div", { class: "panel-head" }, h("h3", {}, `${t("element")} ${this.chosen + 1}`), sign("bin", t("delete"), () => this.remove(), { disabled: alone })),
      field(t("caption"), caption),
      h("div", { class: "fields" },
        field(t("size"), select(SIZES, one.size, set("size"))),
        field(t("place"), select([["", t("auto")], ...[0, 1, 2].flatMap((row) => [0, 1, 2].map((column) => placeOf(column, row)))], one.place ?? "", set("place"))),
        field(t("colour"), select([["", t("auto")], ...COLOURS], one.colour ?? "", set("colour"))),
        field(t("number"), select([1, 2, 3, 4, 5, 6, 7, 8, 9].map(String), String(one.count ?? 1), set("count"))),
        field(t("pose"), select(POSES, one.pose ?? "upright", set("pose")))),
    );
  }

  showWhole() {
    const set = (name) => (value) => { this.brief[name] = value; this.changed({ panel: false }); this.showWhole(); };
    const bare = (this.brief.ground ?? "none") === "none";
    this.whole.replaceChildren(
      h("div", { class: "fields" },
        field(t("ground"), select(GROUNDS, this.brief.ground ?? "none", set("ground"))),
        bare ? field(t("background"), select(PAGES, this.brief.background ?? "white", set("background"))) : field(t("sky"), select(SKIES, this.brief.sky ?? "day", set("sky")))),
      button(t("addElement"), () => this.add(), { disabled: this.brief.elements.length >= MOST, class: "quiet" }),
    );
  }
}

const third = (share) => Math.min(Math.max(Math.floor(share * 3), 0), 2);
const nearest = (values, wanted) => values.reduce((best, value, place) => (Math.abs(value - wanted) < Math.abs(values[best] - wanted) ? place : best), 0);

function put(made, at) {
  Object.assign(made.style, { left: `${at.left * 100}%`, top: `${at.top * 100}%`, width: `${at.width * 100}%`, height: `${at.height * 100}%` });
}

const grown = (at, scale) => ({ ...at, width: at.width * Math.max(scale, 0.1), height: at.height * Math.max(scale, 0.1) });

/** The rectangle around some squares, or null. */
function around(squares) {
  if (!squares.length) return null;
  const [left, top] = [Math.min(...squares.map((one) => one.left)), Math.min(...squares.map((one) => one.top))];
  return { left, top, width: Math.max(...squares.map((one) => one.left + one.side)) - left, height: Math.max(...squares.map((one) => one.top + one.side)) - top };
}

/** Say about where an element will stand before it was drawn. */
function guess(element, number, count) {
  const side = SHARES[SIZES.indexOf(element.size)] ?? 0.5, [column, row] = cellOf(element.place ?? "centre");
  const left = element.place ? (1 - side) * column / 2 : ((number + 0.5) / count) * (1 - side);
  return { left, top: ((1 - side) * row) / 2, width: side, height: side };
}
