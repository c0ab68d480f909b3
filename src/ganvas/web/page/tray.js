// The tray: works that were picked, to mix two of them or to walk past them all.

import { button, h, sign } from "/page/dom.js";
import { faceOf, tell, verb } from "/page/state.js";
import { t } from "/page/words.js";
import { openMix, openWalk } from "/page/tools.js";

const MOST = 16;
let picked = [];

export const isPicked = (number) => picked.some((one) => one.id === number);

/** Pick a work, or let it go. */
export function pick(work) {
  picked = isPicked(work.id) ? picked.filter((one) => one.id !== work.id) : [...picked, work].slice(-MOST);
  show();
}

export function clear() {
  picked = [];
  show();
}

function show() {
  const tray = document.getElementById("tray");
  tray.hidden = !picked.length;
  const faces = picked.map((work) => h("button", { type: "button", class: "face", title: t("unpick"), aria: { label: `${t("unpick")}: ${work.idea}` }, onclick: () => pick(work) }, h("img", { src: faceOf(work) ?? "/page/icon.svg", alt: "" })));
  tray.replaceChildren(...[
    h("div", { class: "faces" }, faces),
    picked.length < 2 ? h("span", { class: "note" }, t("pickMore")) : null,
    picked.length === 2 && verb("mix") ? button(t("mixTwo"), () => openMix(picked[0], picked[1]), { class: "primary" }) : null,
    picked.length > 1 && verb("walk") ? button(t("walkAll"), () => openWalk(picked), { class: picked.length === 2 ? "" : "primary" }) : null,
    sign("close", t("clear"), clear),
  ].filter(Boolean));
  tell("picked", picked);
}
