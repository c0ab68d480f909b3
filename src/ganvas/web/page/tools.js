// What can be done with a work: each tool shows at once what it would make, and keeps it when asked.

import * as api from "/page/api.js";
import { attempt, button, dialog, field, h, newest, select, sign, slider } from "/page/dom.js";
import { formOf } from "/page/form.js";
import { editScene } from "/page/scene.js";
import { faceOf, modelsFor, verb, verbsOf } from "/page/state.js";
import { t } from "/page/words.js";

const fresh = () => Math.floor(Math.random() * 2 ** 31);

/** The picture of a tool: it shows the newest of what it is asked for. */
function stageOf(work) {
  const picture = h("img", { class: "shown", src: faceOf(work), alt: work.idea });
  let last = null;
  const show = newest(async (name, request, works) => {
    picture.classList.add("busy");
    const blob = await attempt(() => api.preview(name, request, works));
    picture.classList.remove("busy");
    if (!blob) return;
    if (last) URL.revokeObjectURL(last);
    picture.src = last = URL.createObjectURL(blob);
  });
  return { picture, show };
}

/** A tool with a picture that follows its controls. request(): what is asked for now. */
function live(work, name, works, request, controls) {
  const { picture, show } = stageOf(work);
  const keep = button(t("keep"), () => attempt(() => api.submit(name, request(), works)), { class: "primary keep" });
  const update = () => show(name, request(), works);
  return { element: h("div", { class: "tool" }, picture, h("div", { class: "controls" }, controls, h("div", { class: "acts" }, keep))), update };
}

export function varyTool(work) {
  const asked = { amount: 0.4, count: 8 };
  return h("div", { class: "controls" },
    slider(t("field.amount"), { min: 0.05, max: 1, step: 0.05, value: asked.amount }, (value) => { asked.amount = value; }),
    slider(t("field.count"), { min: 1, max: 16, step: 1, value: asked.count }, (value) => { asked.count = value; }),
    h("div", { class: "acts" }, button(t("verb.vary"), () => attempt(() => api.submit("vary", { ...asked, seed: fresh() }, [work.id])), { class: "primary" })));
}

const PALETTES = [
  ["#0b7285", "#ffd43b", "#f8f9fa", "#e8590c"], ["#22223b", "#4a4e69", "#9a8c98", "#f2e9e4"], ["#264653", "#2a9d8f", "#e9c46a", "#e76f51"],
  ["#3d0066", "#ff006e", "#ffbe0b", "#fffcf2"], ["#1b4332", "#52b788", "#d8f3dc", "#ffb703"], ["#111111", "#f5f5f5"],
];

export function recolourTool(work) {
  let colours = [...PALETTES[0]];
  const pickers = h("div", { class: "pickers" });
  const tool = live(work, "recolour", [work.id], () => ({ colours }), [
    h("div", { class: "palettes", role: "group", aria: { label: t("palette") } }, PALETTES.map((palette) =>
      h("button", { type: "button", class: "palette", title: palette.join(" "), aria: { label: `${t("palette")} ${palette.join(" ")}` }, onclick: () => { colours = [...palette]; show(); } }, palette.map((colour) => h("i", { style: { background: colour } }))))),
    pickers,
  ]);
  function show() {
    const made = colours.map((colour, place) => {
      const control = h("input", { type: "color", value: colour, aria: { label: `${t("colour")} ${place + 1}` }, oninput: () => { colours[place] = control.value; tool.update(); } });
      return control;
    });
    pickers.replaceChildren(...made,
      sign("plus", t("addColour"), () => { colours.push("#ffffff"); show(); }, { disabled: colours.length > 11 }),
      sign("close", t("dropColour"), () => { colours.pop(); show(); }, { disabled: colours.length < 3 }));
    tool.update();
  }
  show();
  return tool.element;
}

export function restyleTool(work) {
  const choices = modelsFor("restyle").flatMap((model) => model.styles.map((style) => ({ model: model.id, to: style })));
  let asked = { ...choices[0], strength: 1 };
  const chips = h("div", { class: "chips", role: "group", aria: { label: t("field.style") } });
  const tool = live(work, "restyle", [work.id], () => asked, [chips,
    slider(t("field.strength"), { min: 0, max: 1, step: 0.1, value: 1 }, (value) => { asked.strength = value; tool.update(); })]);
  chips.append(...choices.map((choice, place) => {
    const made = h("button", { type: "button", class: "chip", aria: { pressed: place === 0 }, onclick: () => {
      asked = { ...choice, strength: asked.strength };
      for (const one of chips.children) one.setAttribute("aria-pressed", String(one === made));
      tool.update();
    } }, choices.filter((one) => one.to === choice.to).length > 1 && place >= modelsFor("restyle")[0].styles.length ? `${choice.to} (${choice.model})` : choice.to);
    return made;
  }));
  tool.update();
  return tool.element;
}

/** Sliders of the named directions; the model is asked which there are, which takes a while the first time. */
export function pushTool(work, model) {
  const amounts = {}, list = h("div", { class: "directions" }, h("p", { class: "note" }, t("waiting")));
  const request = () => ({ pushes: Object.entries(amounts).filter(([, amount]) => amount).map(([along, amount]) => ({ along, amount })) });
  const tool = live(work, "push", [work.id], request, [h("p", { class: "note" }, t("slidersHint")), list]);
  const update = () => { if (request().pushes.length) tool.update(); };
  attempt(() => api.directions(model)).then((names) => {
    list.replaceChildren(...(names ?? []).map((name) => slider(name, { min: -3, max: 3, step: 0.25, value: 0 }, (amount) => {
      amounts[name] = amount;
      if (Object.values(amounts).filter(Boolean).length > 8) amounts[name] = 0;
      update();
    })));
  });
  return tool.element;
}

/** A square to drag a dot in: the plane through a work and two of its neighbours. */
export function planeTool(work) {
  const asked = { right: 0, down: 0, seed: fresh() };
  const dot = h("i", { class: "dot" }), sliders = {};
  const pad = h("div", { class: "pad", tabIndex: 0, role: "application", aria: { label: t("planeHint") } }, dot);
  const tool = live(work, "point", [work.id], () => asked, [h("p", { class: "note" }, t("planeHint")), pad, h("div", { class: "acts" },
    button(t("newPlane"), () => { asked.seed = fresh(); tool.update(); }, { class: "quiet" }))]);
  const go = (right, down) => {
    const within = (value) => Math.round(Math.min(Math.max(value, -1), 1) * 100) / 100;
    Object.assign(asked, { right: within(right), down: within(down) });
    Object.assign(dot.style, { left: `${(asked.right + 1) * 50}%`, top: `${(asked.down + 1) * 50}%` });
    pad.setAttribute("aria-valuetext", `${t("right")} ${asked.right}, ${t("downward")} ${asked.down}`);
    tool.update();
  };
  const follow = (event) => {
    const place = pad.getBoundingClientRect();
    go(((event.clientX - place.left) / place.width) * 2 - 1, ((event.clientY - place.top) / place.height) * 2 - 1);
  };
  pad.addEventListener("pointerdown", (event) => { event.preventDefault(); pad.focus(); pad.setPointerCapture(event.pointerId); follow(event); pad.addEventListener("pointermove", follow); });
  pad.addEventListener("lostpointercapture", () => pad.removeEventListener("pointermove", follow));
  pad.addEventListener("keydown", (event) => {
    const steps = { ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0], ArrowUp: [0, -0.1], ArrowDown: [0, 0.1] }[event.key];
    if (steps) { event.preventDefault(); event.stopPropagation(); go(asked.right + steps[0], asked.down + steps[1]); }
  });
  return tool.element;
}

export async function openScene(work) {
  await attempt(async () => {
    const found = await api.sceneOf(work.id);
    editScene({ idea: found.idea, model: found.model, seed: found.seed, brief: found.brief, ...(found.style && { style: found.style }) });
  });
}

export function openMix(first, second) {
  const asked = { at: [0.5], style: 0.5 };
  const tool = live(first, "mix", [first.id, second.id], () => asked, [
    h("div", { class: "pair" }, h("img", { src: faceOf(first), alt: first.idea }), h("img", { src: faceOf(second), alt: second.idea })),
    slider(t("drawing"), { min: 0, max: 1, step: 0.05, value: 0.5 }, (value) => { asked.at = [value]; tool.update(); }),
    slider(t("inStyle"), { min: 0, max: 1, step: 0.05, value: 0.5 }, (value) => { asked.style = value; tool.update(); })]);
  dialog(t("verb.mix"), tool.element, { wide: true });
  tool.update();
}

export function openWalk(works) {
  const asked = { frames: 48, seconds: 4, looped: true, size: 256 };
  const made = dialog(t("verb.walk"), h("div", { class: "controls" },
    h("div", { class: "pair" }, works.map((work) => h("img", { src: faceOf(work), alt: work.idea }))),
    slider(t("field.seconds"), { min: 1, max: 12, step: 1, value: 4 }, (value) => { asked.seconds = value; asked.frames = value * 12; }),
    field(t("field.size"), select(["64", "128", "256", "512"], "256", (value) => { asked.size = +value; })),
    h("div", { class: "acts" }, button(t("verb.walk"), () => { made.close(); attempt(() => api.submit("walk", asked, works.map((work) => work.id))); }, { class: "primary" }))));
}

/** A verb that the page has no tool for: a form made from what the server says of it. */
function plainTool(work, one) {
  const form = formOf(one);
  return h("div", { class: "controls" }, form.element, h("div", { class: "acts" }, button(t(`verb.${one.name}`), () => attempt(() => api.submit(one.name, form.values(), [work.id])), { class: "primary" })));
}

const OWN = { vary: varyTool, recolour: recolourTool, restyle: restyleTool, push: pushTool, point: planeTool };
const LATENT = ["vary", "point", "push", "recolour", "restyle"];

/** The tools for a work, in order: [name, make]. made: its record, if Ganvas made it. */
export function toolsFor(work, made) {
  const music = work.media.startsWith("audio/"), still = work.media === "image/png" && !music;
  const offered = verbsOf("explore").filter((one) => one.takes[0] === 1);
  const fits = (one) => {
    if (one.name === "restyle") return still;
    if (!made) return false;
    if (music) return one.name === "vary";
    if (!still) return false;
    return work.kind === "restyle" ? one.name === "recolour" : true;
  };
  const known = LATENT.map((name) => offered.find((one) => one.name === name)).filter(Boolean);
  const others = offered.filter((one) => !LATENT.includes(one.name) && one.name !== "walk" && one.name !== "mix");
  return [...known, ...others].filter(fits).map((one) => [one.name, () => (OWN[one.name] ?? ((shown) => plainTool(shown, one)))(work, made?.model)]);
}

export const canEditScene = (made) => made?.pipeline === "scene" && Boolean(verb("imagine"));
