// Training a model on a zip file of pictures: its sheets, its curve and its health as it goes on.

import * as api from "/page/api.js";
import { attempt, button, dialog, field, h, slider, svg } from "/page/dom.js";
import { drawWith } from "/page/make.js";
import { learn, on, state } from "/page/state.js";
import { t } from "/page/words.js";

let board = null;

/** Open the panel. file: an archive that was dropped. */
export function openTrain(file = null) {
  const asked = { minutes: 10, title: "" };
  const begin = button(t("begin"), () => start(chosen(), asked, begin), { class: "primary", disabled: true });
  const input = h("input", { type: "file", accept: ".zip,application/zip", onchange: () => { file = null; ready(); } });
  const chosen = () => file ?? input.files[0];
  const name = h("span", { class: "note" });
  const ready = () => { begin.disabled = !chosen(); name.textContent = chosen()?.name ?? ""; };
  board = h("div", { class: "trainings" });
  const content = state.about.train
    ? [h("p", { class: "note" }, t("trainHint")), field(t("chooseZip"), input), name,
      slider(t("field.minutes"), { min: 1, max: 240, step: 1, value: 10 }, (value) => { asked.minutes = value; }), h("div", { class: "acts" }, begin)]
    : [h("p", {}, t("noTrain"))];
  const made = dialog(t("trainTitle"), h("div", { class: "training-panel" }, h("div", { class: "controls" }, content), board), { wide: true, closed: () => { board = null; } });
  ready();
  attempt(api.jobs).then((jobs) => (jobs ?? []).filter((job) => job.verb === "train").forEach(show));
  return made;
}

async function start(file, asked, begin) {
  begin.disabled = true;
  begin.textContent = t("uploading");
  await attempt(async () => {
    const { pictures } = await api.addArchive(file);
    show(await api.submit("train", { pictures, minutes: asked.minutes, title: file.name.replace(/\.zip$/i, "").slice(0, 100) || "pictures" }));
  });
  begin.textContent = t("begin");
  begin.disabled = false;
}

/** Show a training as it is now. */
async function show(job) {
  if (!board) return;
  const view = await attempt(() => api.training(job.id));
  if (!view || !board) return;
  const last = view.sheets.at(-1);
  const acts = { running: [t("cancel"), () => api.cancel(job.id)], queued: [t("cancel"), () => api.cancel(job.id)], failed: [t("retry"), () => api.retry(job.id)], interrupted: [t("goOn"), () => api.retry(job.id)], cancelled: [t("goOn"), () => api.retry(job.id)] }[job.state];
  const made = h("article", { class: "training", data: { job: String(job.id), state: job.state } },
    h("header", {}, h("h3", {}, job.request.title), h("span", { class: "note" }, `${t(`job.${job.state}`)} · ${view.images.toLocaleString()} ${t("imagesSeen")} · ${Math.round(view.share * 100)} %`)),
    last === undefined ? h("p", { class: "note" }, t("noSheet")) : h("img", { class: "sheet", src: `/api/jobs/${job.id}/sheets/${last}.png`, alt: `${job.request.title}, ${last}` }),
    view.curve && curveOf(view.curve), h("p", { class: "note" }, `${t("health")}: ${view.events.at(-1) ?? t("healthy")}`), job.message && h("p", { class: "note" }, job.message),
    h("div", { class: "acts" }, acts && button(acts[0], () => attempt(acts[1])), job.state === "done" && view.model && button(t("useModel"), () => { document.querySelector("dialog[open]")?.close(); drawWith(`trained-${job.id}`); }, { class: "primary" })));
  const old = board.querySelector(`[data-job="${job.id}"]`);
  if (old) old.replaceWith(made); else board.prepend(made);
}

/** A score by images seen, as a line. */
function curveOf({ name, points }) {
  const most = Math.max(...points.map((one) => one[1]), 1e-9), end = Math.max(points.at(-1)[0], 1);
  const line = points.map(([images, score]) => `${(images / end) * 300},${58 - (score / most) * 54}`).join(" ");
  return svg("svg", { viewBox: "0 0 300 60", class: "curve", role: "img", "aria-label": `${name}: ${points.at(-1)[1]}` }, svg("polyline", { points: line, fill: "none" }));
}

on("job", (job) => { if (job.verb === "train") show(job); });
on("trained", () => attempt(learn));
