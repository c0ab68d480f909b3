// What the server offers, asked for once, and a small bus by which the parts of the page hear of each other.

import * as api from "/page/api.js";

export const state = { about: null, trained: 0 };
const bus = new EventTarget();

export const on = (name, act) => bus.addEventListener(name, (event) => act(event.detail));
export const tell = (name, detail) => bus.dispatchEvent(new CustomEvent(name, { detail }));

/** Ask what there is: verbs, models, writers. */
export async function learn() {
  state.about = await api.about();
  tell("about", state.about);
}

export const verb = (name) => state.about.verbs.find((one) => one.name === name);
export const verbsOf = (slot) => state.about.verbs.filter((one) => one.slot === slot);
export const modelsFor = (task) => state.about.models.filter((one) => one.task === task);
export const model = (id) => state.about.models.find((one) => one.id === id);

/** Styles that can be asked for: a model's own. */
export const stylesOf = (id) => model(id)?.styles ?? [];

export const isText = (work) => work.media.startsWith("text/");
export const isMusic = (work) => work.media.startsWith("audio/");

/** The address of what shows a work in a square: music shows its roll. */
export const faceOf = (work) => {
  const name = work.files[".png"] ?? work.files[".webp"] ?? work.files[".gif"] ?? work.files[".svg"];
  return name && `/files/${name}`;
};
