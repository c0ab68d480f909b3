// Controls for the fields of a request, made from its JSON schema: a verb that the page does not know gets a form of its own.

import { field, h, select, slider } from "/page/dom.js";
import { modelsFor, state, stylesOf } from "/page/state.js";
import { has, t } from "/page/words.js";

const HIDDEN = new Set(["idea", "brief", "plan", "melody", "theme"]);

/** Return a form for a verb. values(): what differs from the defaults. */
export function formOf(verb, { leave = [] } = {}) {
  const given = {}, controls = [];
  for (const [name, schema] of Object.entries(verb.fields.properties ?? {})) {
    if (HIDDEN.has(name) || leave.includes(name)) continue;
    const control = controlOf(verb, name, flat(schema, verb.fields), given);
    if (control) controls.push(control);
  }
  return { element: h("div", { class: "fields" }, controls), values: () => ({ ...given }), set: (name, value) => { given[name] = value; } };
}

/** Put what `$ref` and `anyOf` with null mean in place. */
function flat(schema, whole) {
  if (schema.$ref) return { ...flat(whole.$defs[schema.$ref.split("/").at(-1)], whole), default: schema.default };
  if (schema.anyOf) {
    const kinds = schema.anyOf.filter((one) => one.type !== "null");
    return { ...flat(kinds[0], whole), default: schema.default, optional: kinds.length < schema.anyOf.length };
  }
  return schema;
}

function controlOf(verb, name, schema, given) {
  const words = t(`field.${name}`), keep = (value) => { if (value === "") delete given[name]; else given[name] = value; };
  if (name === "model") return modelControl(verb, words, schema, keep);
  if (name === "style" && verb.task === "image") return field(words, select([["", t("auto")], ...stylesOf(defaultOf(verb))], "", keep));
  if (name === "llm") return field(words, select(state.about.writers.map((one) => [one, t(`writer.${one}`)]), schema.default, keep));
  const choices = schema.enum ?? (schema.const !== undefined ? [schema.const] : null);
  if (choices) {
    const number = typeof choices[0] === "number", empty = schema.optional ? [["", t("auto")]] : [];
    const change = (value) => keep(number && value !== "" ? +value : value);
    return field(words, select([...empty, ...choices.map((one) => [String(one), has(`choice.${one}`) ? t(`choice.${one}`) : String(one)])], String(schema.default ?? ""), change));
  }
  if (schema.type === "boolean") return switchOf(words, schema, keep);
  if (schema.type === "number" || schema.type === "integer") return numberOf(name, words, schema, keep);
  if (schema.type === "string") {
    const control = h("input", { type: "text", maxLength: schema.maxLength ?? 200, value: schema.default ?? "", oninput: () => keep(control.value) });
    return field(words, control);
  }
  return null;
}

export const defaultOf = (verb) => verb.fields.properties?.model?.default ?? modelsFor(verb.task)[0]?.id;

function modelControl(verb, words, schema, keep) {
  const choices = modelsFor(verb.task).map((one) => one.id);
  return choices.length > 1 ? field(words, select(choices, schema.default, keep)) : null;
}

function switchOf(words, schema, keep) {
  const control = h("input", { type: "checkbox", checked: schema.default ?? false, onchange: () => keep(control.checked) });
  return h("label", { class: "switch" }, control, h("span", {}, words));
}

function numberOf(name, words, schema, keep) {
  const least = schema.minimum ?? schema.exclusiveMinimum, most = schema.maximum;
  const whole = schema.type === "integer", short = most !== undefined && least !== undefined && most - least <= 100 && !schema.optional;
  if (short) return slider(words, { min: least, max: most, step: whole ? 1 : 0.05, value: schema.default ?? least }, keep);
  const control = h("input", {
    type: "number", step: whole ? 1 : "any", value: schema.default ?? "", placeholder: schema.optional ? t(name === "seed" ? "fresh" : "auto") : "",
    oninput: () => keep(control.value === "" ? "" : +control.value),
  });
  if (least !== undefined) control.min = least;
  if (most !== undefined) control.max = most;
  return field(words, control);
}
