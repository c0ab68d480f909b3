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
  if (job.state === "failed" && before && before.job.state !== "failed") toast(job.message, { bad: true });
  if (job.state === "done" && job.verb === "train") tell("trained", job);
  const ended = job.state === "done" || job.state === "cancelled" || hidden.has(job.id);
  const made = ended ? null : lineOf(job);
  if (before) before.line.remove();
  shown.delete(job.id);
  if (made) { shown.set(job.id, { job, line: made }); section.append(made); }
  section.hidden = !shown.size;
}

function lineOf(job) {
  const share = job.total ? Math.min(job.done / job.total, 1) : 0;
  const bar = h("progress", { max: 1, aria: { label: t(`verb.${job.verb}`) } });
  if (job.state === "running" && (job.done || job.lane === "train")) bar.value = share;
  const idle = job.state !== "running" && job.state !== "queued";
  const again = job.state === "interrupted" ? t("goOn") : t("retry");
  return h("div", { class: `job ${job.state}`, data: { job: String(job.id), state: job.state } },
    h("span", { class: "job-name" }, h("b", {}, t(`verb.${job.verb}`)), " ", job.request.idea ?? job.request.theme ?? job.request.title ?? ""),
    idle ? h("span", { class: "note" }, `${t(`job.${job.state}`)}${job.message ? `: ${job.message}` : ""}`) : bar,
    h("span", { class: "note share" }, job.state === "running" && job.total > 1 ? (job.lane === "train" ? `${job.done} %` : `${job.done} / ${job.total}`) : idle ? "" : t(`job.${job.state}`)),
    idle ? button(again, () => attempt(() => api.retry(job.id)), { class: "quiet" }) : null,
    idle ? button(t("dismiss"), () => { hidden.add(job.id); update(job); }, { class: "quiet" }) : button(t("cancel"), () => attempt(() => api.cancel(job.id)), { class: "quiet" }));
}
