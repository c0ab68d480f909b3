// The gallery: every work, the newest first. Only the tiles in sight exist, so that a hundred thousand works scroll like a hundred.

import * as api from "/page/api.js";
import { attempt, h, sign, toast } from "/page/dom.js";
import { faceOf, isText, on, tell } from "/page/state.js";
import { t } from "/page/words.js";
import { isPicked, pick } from "/page/tray.js";
import { openWork } from "/page/work.js";

const COUNT = 60, GAP = 14, SPARE = 3, KEPT = 1500;

const seen = { words: "", filter: "all", total: 0, items: [], asked: new Set(), version: 0 };
let section, space, count, empty, columns = 1, cell = 160, focus = 0, frame = 0;
const tiles = new Map();

/** Fill the section, and show the newest works. */
export function showGallery(into) {
  section = into;
  const search = h("input", { type: "search", id: "search", placeholder: t("search"), maxLength: 200, aria: { label: t("searchWorks") }, oninput: later(() => { seen.words = search.value; refresh(); }) });
  count = h("span", { class: "count", role: "status" });
  space = h("ul", { class: "tiles", aria: { label: t("gallery") }, onkeydown: key });
  empty = h("div", { class: "empty", hidden: true });
  section.replaceChildren(h("div", { class: "gallery-head" }, h("h2", { id: "gallery-title" }, t("gallery")), count, filters(), search), space, empty);
  addEventListener("scroll", draw, { passive: true });
  new ResizeObserver(measure).observe(section);
  on("work", arrived);
  on("changed", changed);
  on("gone", gone);
  return refresh();
}

function filters() {
  const group = h("div", { class: "segments small", role: "group", aria: { label: t("gallery") } });
  for (const name of ["all", "favourites", "bin"]) {
    const made = h("button", { type: "button", aria: { pressed: name === seen.filter }, onclick: () => {
      seen.filter = name;
      for (const one of group.children) one.setAttribute("aria-pressed", String(one === made));
      refresh();
    } }, t(name));
    group.append(made);
  }
  return group;
}

function later(act, wait = 160) {
  let timer;
  return () => { clearTimeout(timer); timer = setTimeout(act, wait); };
}

/** Ask for everything anew. */
export async function refresh() {
  seen.version += 1;
  Object.assign(seen, { items: [], asked: new Set() });
  await load(0);
}

async function load(page) {
  if (seen.asked.has(page)) return;
  seen.asked.add(page);
  const version = seen.version;
  const query = { words: seen.words, start: page * COUNT, count: COUNT, favourites: seen.filter === "favourites", deleted: seen.filter === "bin" };
  const found = await attempt(() => api.works(query));
  if (!found || version !== seen.version) return;
  seen.total = found.total;
  found.works.forEach((work, place) => { seen.items[page * COUNT + place] = work; });
  count.textContent = found.total ? `${found.total.toLocaleString()} ${t("works")}` : "";
  empty.hidden = found.total > 0;
  empty.replaceChildren(h("p", { class: "large" }, t(seen.words ? "notFound" : "none")), seen.words || seen.filter !== "all" ? "" : h("p", {}, t("noneHint")));
  measure();
}

function measure() {
  const width = space.clientWidth, wish = width < 480 ? 106 : width < 900 ? 144 : 168;
  columns = Math.max(Math.floor((width + GAP) / (wish + GAP)), 3);
  cell = (width - GAP * (columns - 1)) / columns;
  space.style.height = `${Math.max(Math.ceil(seen.total / columns) * (cell + GAP) - GAP, 0)}px`;
  for (const tile of tiles.values()) tile.remove();
  tiles.clear();
  draw();
}

/** Make the tiles that are in sight, and drop the others. */
function draw() {
  cancelAnimationFrame(frame);
  frame = requestAnimationFrame(() => {
    const above = scrollY - (space.getBoundingClientRect().top + scrollY), row = cell + GAP;
    const first = Math.max(Math.floor(above / row) - SPARE, 0) * columns;
    const last = Math.min((Math.ceil((above + innerHeight) / row) + SPARE) * columns, seen.total);
    for (const [place, tile] of tiles) if (place < first || place >= last) { tile.remove(); tiles.delete(place); }
    for (let place = first; place < last; place += 1) {
      const work = seen.items[place];
      if (!work) load(Math.floor(place / COUNT));
      else if (tiles.get(place)?.dataset.work !== String(work.id)) {
        tiles.get(place)?.remove();
        tiles.set(place, tileOf(work, place));
        space.append(tiles.get(place));
      }
    }
    forget(first, last);
  });
}

/** Forget works far out of sight, so that memory stays flat. */
function forget(first, last) {
  for (const page of seen.asked) {
    if ((page + 1) * COUNT < first - KEPT || page * COUNT > last + KEPT) {
      seen.asked.delete(page);
      for (let place = page * COUNT; place < (page + 1) * COUNT; place += 1) delete seen.items[place];
    }
  }
}

function tileOf(work, place) {
  const open = h("button", { type: "button", class: "open", aria: { label: `${work.idea}, ${t(`kind.${work.kind}`)}` }, tabIndex: place === focus ? 0 : -1, onclick: () => show(place), onfocus: () => { focus = place; } }, face(work));
  const made = h("li", { class: work.favourite ? "tile favourite" : "tile", data: { work: String(work.id), kind: work.kind }, aria: { setsize: seen.total, posinset: place + 1 } },
    open, work.deleted ? sign("left", t("restore"), () => restore(work), { class: "sign corner-left" }) : null,
    !work.deleted && heart(work), !work.deleted && picker(work));
  const [row, column] = [Math.floor(place / columns), place % columns];
  Object.assign(made.style, { width: `${cell}px`, height: `${cell}px`, transform: `translate(${column * (cell + GAP)}px, ${row * (cell + GAP)}px)` });
  return made;
}

/** What a work looks like in its tile: verse is read there. */
function face(work) {
  const address = faceOf(work);
  if (address) return h("img", { src: address, alt: "", loading: "lazy", decoding: "async", class: work.media.startsWith("audio/") ? "roll" : "" });
  const made = h("span", { class: "verse" }, work.idea);
  if (isText(work)) api.text(Object.values(work.files)[0]).then((text) => { made.textContent = text.slice(0, 400); }, () => {});
  return made;
}

const heart = (work) =>
  sign("heart", t(work.favourite ? "unfavour" : "favour"), () => favour(work), { class: "sign corner-left", tabIndex: -1, aria: { label: t(work.favourite ? "unfavour" : "favour"), pressed: work.favourite } });

function picker(work) {
  const on = isPicked(work.id);
  return sign(on ? "check" : "plus", t(on ? "unpick" : "pick"), () => pick(work), { class: on ? "sign corner-right on" : "sign corner-right", tabIndex: -1, aria: { label: t(on ? "unpick" : "pick"), pressed: on } });
}

function show(place) {
  focus = place;
  openWork(seen.items[place], { beside: (step) => { const next = seen.items[focus + step]; if (next) focus += step; return next; }, closed: () => tiles.get(focus)?.querySelector(".open").focus() });
}

/** Mark a work as a favourite, or as none any more. */
export const favour = (work) => attempt(async () => tell("changed", await api.change(work.id, { favourite: !work.favourite })));

/** Put a work into the bin; there is a while to have it back. */
export const remove = (work) => attempt(async () => {
  await api.remove(work.id);
  tell("gone", work);
  toast(`${t("deleted")}: ${work.idea}`, { act: () => restore(work) });
});

const restore = (work) => attempt(async () => { const back = await api.restore(work.id); if (seen.filter === "bin") tell("gone", back); else tell("work", back); });

/** A new work comes first, if it is of what is shown. */
function arrived(work) {
  if (seen.items.some((one) => one?.id === work.id)) return changed(work);
  if (seen.words || seen.filter !== "all") return;
  const at = seen.items.findIndex((one) => one && one.id < work.id);
  if (at < 0 && seen.total > 0 && seen.items.length) return refresh();
  seen.items.splice(Math.max(at, 0), 0, work);
  seen.total += 1;
  count.textContent = `${seen.total.toLocaleString()} ${t("works")}`;
  empty.hidden = true;
  measure();
}

function changed(work) {
  const place = seen.items.findIndex((one) => one?.id === work.id);
  if (place < 0) return;
  seen.items[place] = work;
  const held = tiles.get(place)?.contains(document.activeElement);
  tiles.get(place)?.remove();
  tiles.delete(place);
  draw();
  if (held) requestAnimationFrame(() => tiles.get(place)?.querySelector(".open").focus());
}

function gone(work) {
  const place = seen.items.findIndex((one) => one?.id === work.id);
  if (place < 0) return;
  seen.items.splice(place, 1);
  seen.total -= 1;
  if (!seen.total) refresh();
  measure();
  requestAnimationFrame(() => requestAnimationFrame(() => tiles.get(Math.min(place, seen.total - 1))?.querySelector(".open").focus()));
}

/** Arrows walk over the tiles; letters do what the signs do. */
function key(event) {
  const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns, Home: -focus, End: seen.total - 1 - focus };
  const work = seen.items[focus];
  if (event.key in steps) move(Math.min(Math.max(focus + steps[event.key], 0), seen.total - 1));
  else if (event.key === "f" && work) favour(work);
  else if (event.key === "p" && work) pick(work);
  else if (event.key === "Delete" && work && !work.deleted) remove(work);
  else return;
  event.preventDefault();
}

function move(place) {
  focus = place;
  const top = space.getBoundingClientRect().top + scrollY + Math.floor(place / columns) * (cell + GAP);
  if (top < scrollY + 60) scrollTo({ top: top - 80 });
  else if (top + cell > scrollY + innerHeight) scrollTo({ top: top + cell - innerHeight + 40 });
  draw();
  requestAnimationFrame(() => requestAnimationFrame(() => {
    for (const tile of tiles.values()) tile.querySelector(".open").tabIndex = -1;
    const open = tiles.get(place)?.querySelector(".open");
    if (open) { open.tabIndex = 0; open.focus({ preventScroll: true }); }
  }));
}

on("picked", () => { for (const [place, tile] of tiles) { const work = seen.items[place]; if (work && !work.deleted) tile.querySelector(".corner-right")?.replaceWith(picker(work)); } });
