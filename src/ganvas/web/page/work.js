// One work: large, with how it was made, where it came from, and what can be done with it.

import * as api from "/page/api.js";
import { attempt, button, dialog, h, icon, sign } from "/page/dom.js";
import { favour, remove } from "/page/gallery.js";
import { faceOf, isMusic, isText, on, tell } from "/page/state.js";
import { canEditScene, openScene, toolsFor } from "/page/tools.js";
import { t } from "/page/words.js";

/** Open a work. beside: gives the one so many places on. */
export function openWork(work, { beside = () => undefined, closed = () => {}, note = "" } = {}) {
  const body = h("div", { class: "work" });
  const made = dialog(work.idea, body, { wide: true, closed });
  const go = (step) => { const next = beside(step); if (next) show(next); };
  made.addEventListener("keydown", (event) => {
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) || event.target.closest(".pad")) return;
    if (event.key === "ArrowLeft") go(-1);
    else if (event.key === "ArrowRight") go(1);
  });
  made.querySelector("header .sign").before(h("span", { class: "push-right" }), sign("left", t("previous"), () => go(-1)), sign("right", t("next"), () => go(1)));
  async function show(one) {
    work = one;
    made.querySelector("h2").textContent = one.idea;
    const details = await attempt(() => api.work(one.id));
    if (!details || work !== one) return;
    body.replaceChildren(large(details.work), h("div", { class: "side" }, acts(details, made), note && h("p", { class: "note said" }, note), tools(details), story(details), family(details, show), tagging(details.work)));
  }
  show(work);
  return made;
}

/** The work itself, as its kind is seen or heard. */
function large(work) {
  const address = faceOf(work);
  if (isMusic(work)) {
    const score = work.files[".svg"];
    return h("div", { class: "large music" }, h("audio", { controls: true, src: `/files/${work.files[".wav"]}`, aria: { label: `${t("listen")}: ${work.idea}` } }),
      score && h("img", { class: "score", src: `/files/${score}`, alt: `${t("score")}: ${work.idea}` }), address && h("img", { class: "roll", src: address, alt: t("roll") }));
  }
  if (isText(work)) {
    const text = h("pre", { class: "large verse-page", lang: "" });
    attempt(() => api.text(Object.values(work.files)[0])).then((found) => { text.textContent = found ?? ""; });
    return text;
  }
  return h("div", { class: "large" }, h("img", { src: address, alt: work.idea }));
}

function acts({ work, records }, made) {
  const heart = sign("heart", t(work.favourite ? "unfavour" : "favour"), async () => {
    await favour(work);
    work = { ...work, favourite: !work.favourite };
    heart.setAttribute("aria-pressed", String(work.favourite));
  }, { aria: { label: t("favour"), pressed: work.favourite } });
  return h("div", { class: "acts top-acts" }, heart, downloads(work, records),
    !work.deleted && sign("bin", t("delete"), () => { made.close(); remove(work); }));
}

/** Its files; a drawing also as shapes. */
function downloads(work, records) {
  const name = (suffix) => `${work.idea.replaceAll(/[^\p{L}\p{N}]+/gu, "-").slice(0, 40)}-${work.id}${suffix}`;
  const links = Object.entries(work.files).map(([suffix, file]) => [suffix, `/files/${file}`]);
  const drawn = records.length === 1 && work.media === "image/png" && work.kind !== "restyle" && work.kind !== "upload";
  if (drawn) links.push([".svg", `/api/works/${work.id}/drawing.svg`]);
  return h("span", { class: "downloads" }, links.map(([suffix, address]) =>
    h("a", { href: address, download: name(suffix), class: "link-button", aria: { label: `${t("download")} ${suffix.slice(1).toUpperCase()}` } }, icon("down"), suffix.slice(1).toUpperCase())));
}

/** Tabs of tools; the first one is only made when it is asked for, since some draw at once. */
function tools({ work, records }) {
  if (work.deleted) return null;
  const made = records.length === 1 ? records[0] : null;
  const offered = toolsFor(work, made), place = h("div", { class: "tool-place" });
  const bar = h("div", { class: "tabs" });
  const open = (tab, make) => {
    const on = tab.getAttribute("aria-expanded") === "true";
    for (const one of bar.children) one.setAttribute("aria-expanded", "false");
    tab.setAttribute("aria-expanded", String(!on));
    place.replaceChildren(...(on ? [] : [make()]));
  };
  for (const [name, make] of offered) bar.append(h("button", { type: "button", data: { verb: name }, aria: { expanded: "false" }, onclick: (event) => open(event.currentTarget, make) }, t(`verb.${name}`)));
  if (canEditScene(made)) bar.prepend(h("button", { type: "button", data: { verb: "scene" }, onclick: () => openScene(work) }, t("editScene")));
  return bar.children.length ? h("section", { class: "tools" }, bar, place) : null;
}

/** How it was made, in words; the record itself below. */
function story({ work, records }) {
  const made = records[0];
  if (!made) return h("p", { class: "note" }, t("elsewhere"));
  const styles = [...new Set((made.conditions ?? []).map((one) => one.labels?.style).filter(Boolean))];
  const plan = made.plan, said = {
    idea: made.idea, kind: t(`kind.${work.kind}`), writer: made.writer !== "none" && made.writer, model: made.model, style: styles.join(", "), noise_seed: made.noise_seed || "",
    key: plan && `${plan.tonic} ${plan.mode}, ${plan.metre}`, tempo: plan?.tempo, chords: plan?.chords?.join(" "), size: work.width && `${work.width} × ${work.height}`,
  };
  return h("section", {}, h("h3", {}, t("made")),
    records.length > 1 && h("p", { class: "note" }, `${t("isSheet")} (${records.length})`),
    h("dl", {}, Object.entries(said).filter(([, value]) => value).map(([key, value]) => [h("dt", {}, t(`say.${key}`)), h("dd", {}, String(value))])),
    h("details", {}, h("summary", {}, t("record")), h("pre", { tabIndex: 0 }, JSON.stringify(records.length > 1 ? records : made, null, 1))));
}

function family({ lineage }, show) {
  const row = (words, works) => works.length ? h("div", {}, h("h4", {}, words), h("div", { class: "faces" }, works.map((work) =>
    h("button", { type: "button", class: "face", title: work.idea, aria: { label: `${work.idea}, ${t(`kind.${work.kind}`)}` }, onclick: () => show(work) }, h("img", { src: faceOf(work) ?? "/page/icon.svg", alt: "", loading: "lazy" }))))) : null;
  const rows = [row(t("parents"), lineage.parents), row(t("children"), lineage.children)].filter(Boolean);
  return rows.length ? h("section", { class: "lineage" }, h("h3", {}, t("lineage")), rows) : null;
}

function tagging(work) {
  const control = h("input", { type: "text", value: work.tags.join(", "), placeholder: t("tagsHint"), maxLength: 400, aria: { label: t("tags") }, onchange: () => attempt(async () => {
    const tags = control.value.split(/[,，]/).map((tag) => tag.trim()).filter(Boolean);
    tell("changed", await api.change(work.id, { tags }));
  }) });
  return h("section", {}, h("h3", {}, t("tags")), control);
}

on("open", ({ work, note }) => openWork(work, { note }));
