// What is being made: a line a job, with how far it is and a way to stop it. What is done goes by itself.

import * as api from "/page/api.js";
import { attempt, button, h, toast } from "/page/dom.js";
import { on, tell } from "/page/state.js";
import { t } from "/page/words.js";

const shown = new Map(), hidden = new Set();
let section;

export async function showJobs(into) {
  section = into;
  on("job", update);
  await refresh();
}

/** Ask what there is to do. */
export async function refresh() {
  for (const job of (await attempt(api.jobs)) ?? []) if (job.state !== "done" && job.state !== "cancelled") update(job);
}

function update(job) {
  const before = shown.get(job.id);
  if (job.state === "failed" && before && before.state !== "failed") toast(job.message, { bad: true });
  if (job.state === "done" && job.verb === "train") tell("trained", job);
  if (before?.state === job.state) return advance(before.line, job);
  before?.line.remove();
  shown.delete(job.id);
  if (job.state !== "done" && job.state !== "cancelled" && !hidden.has(job.id)) {
    shown.set(job.id, { state: job.state, line: lineOf(job) });
    section.append(shown.get(job.id).line);
  }
  section.hidden = !shown.size;
}

/** Show how far a job is; its buttons stay, so that they can be clicked meanwhile. */
function advance(line, job) {
  const bar = line.querySelector("progress"), share = line.querySelector(".share");
  if (bar && job.total && (job.done || job.lane === "train")) bar.value = Math.min(job.done / job.total, 1);
  if (job.state === "running" && job.total > 1) share.textContent = job.lane === "train" ? `${job.done} %` : `${job.done} / ${job.total}`;
}

function lineOf(job) {
  const idle = job.state !== "running" && job.state !== "queued";
  const again = job.state === "interrupted" ? t("goOn") : t("retry");
  const dismiss = () => { hidden.add(job.id); shown.get(job.id)?.line.remove(); shown.delete(job.id); section.hidden = !shown.size; };
  const made = h("div", { class: `job ${job.state}`, data: { job: String(job.id), state: job.state } },
    h("span", { class: "job-name" }, h("b", {}, t(`verb.${job.verb}`)), " ", job.request.idea ?? job.request.theme ?? job.request.title ?? ""),
    idle ? h("span", { class: "note" }, `${t(`job.${job.state}`)}${job.message ? `: ${job.message}` : ""}`) : h("progress", { max: 1, aria: { label: t(`verb.${job.verb}`) } }),
    h("span", { class: "note share" }, job.state === "queued" ? t("job.queued") : ""),
    idle && button(again, () => attempt(() => api.retry(job.id)), { class: "quiet" }),
    idle ? button(t("dismiss"), dismiss, { class: "quiet" }) : button(t("cancel"), () => attempt(() => api.cancel(job.id)), { class: "quiet" }));
  advance(made, job);
  return made;
}
