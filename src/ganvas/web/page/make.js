// The box: an idea, what it shall become, and a drawer for the rest.

import * as api from "/page/api.js";
import { attempt, button, h, icon } from "/page/dom.js";
import { formOf } from "/page/form.js";
import { editScene } from "/page/scene.js";
import { state, verbsOf } from "/page/state.js";
import { has, t } from "/page/words.js";

let chosen, box, form, drawer;

/** Fill the section with the box. */
export function showMake(section) {
  const verbs = verbsOf("make");
  chosen = verbs.find((one) => one.name === chosen?.name) ?? verbs[0];
  box = h("textarea", {
    id: "idea", rows: 1, maxLength: 1000, autocomplete: "off", spellcheck: true, aria: { label: t("idea") }, placeholder: placeholder(),
    onkeydown: (event) => { if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); make(); } },
    oninput: grow,
  });
  drawer = h("div", { class: "drawer", id: "drawer", hidden: true });
  section.replaceChildren(
    h("h2", { id: "make-title" }, t("tagline")),
    h("div", { class: "box" }, box, h("div", { class: "box-row" }, verbs.length > 1 && switcher(verbs, section), optionsButton(), sceneButton(), goButton())),
    drawer,
  );
  fillDrawer();
}

const placeholder = () => t(has(`placeholder.${chosen.name}`) ? `placeholder.${chosen.name}` : "placeholder.");

/** One button a verb; the arrow keys move between them. */
function switcher(verbs, section) {
  const group = h("div", { class: "segments", role: "radiogroup", aria: { label: t("go.") } });
  const select = (one) => { const words = box.value; chosen = one; showMake(section); box.value = words; grow(); section.querySelector("[aria-checked=true]")?.focus(); };
  for (const one of verbs) {
    const on = one === chosen;
    group.append(button(t(`verb.${one.name}`), () => select(one), { role: "radio", tabIndex: on ? 0 : -1, aria: { checked: on } }));
  }
  group.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step) select(verbs[(verbs.indexOf(chosen) + step + verbs.length) % verbs.length]);
  });
  return group;
}

function optionsButton() {
  const made = h("button", { type: "button", class: "quiet", aria: { expanded: "false", controls: "drawer" } }, icon("sliders"), h("span", {}, t("options")));
  made.onclick = () => { drawer.hidden = !drawer.hidden; made.setAttribute("aria-expanded", String(!drawer.hidden)); };
  return made;
}

const sceneButton = () => (chosen.name === "imagine" ? button(t("sceneFirst"), () => attempt(sceneFirst), { class: "quiet scene-first" }) : null);
const goButton = () => button(t(has(`go.${chosen.name}`) ? `go.${chosen.name}` : "go."), make, { class: "primary go", id: "go" });

function fillDrawer() {
  form = formOf(chosen);
  drawer.replaceChildren(form.element);
}

function grow() {
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight, 180)}px`;
}

/** Have the idea made. */
export function make() {
  const words = box.value.trim() || placeholder();
  const needed = "theme" in (chosen.fields.properties ?? {}) ? "theme" : "idea";
  return attempt(() => api.submit(chosen.name, { ...form.values(), [needed]: words }));
}

async function sceneFirst() {
  const { model, llm, ...rest } = form.values(), idea = box.value.trim() || placeholder();
  const written = await api.writeScene({ idea, ...(model && { model }), ...(llm && { llm }) });
  editScene({ ...rest, ...(model && { model }), idea, brief: written.brief }, { writer: written.writer, note: written.note });
}

/** Draw with a model that was trained here. */
export function drawWith(model) {
  const verb = verbsOf("make").find((one) => one.task === "image");
  if (!verb || !state.about.models.some((one) => one.id === model)) return;
  chosen = verb;
  showMake(document.getElementById("make"));
  form.set("model", model);
  drawer.hidden = false;
  for (const one of drawer.querySelectorAll("select")) if ([...one.options].some((choice) => choice.value === model)) one.value = model;
  box.focus();
}
