// The page: what the server offers decides what is shown.

import * as api from "/page/api.js";
import { attempt, h, sign, toast } from "/page/dom.js";
import { refresh as refreshGallery, showGallery } from "/page/gallery.js";
import { refresh as refreshJobs, showJobs } from "/page/jobs.js";
import { showMake } from "/page/make.js";
import { learn, on, tell } from "/page/state.js";
import { openTrain } from "/page/train.js";
import { changeLanguage, t } from "/page/words.js";
import "/page/work.js";

const THEMES = ["", "light", "dark"];

function theme(change = 0) {
  const now = THEMES.indexOf(localStorage.getItem("theme") ?? ""), next = THEMES[(now + change + THEMES.length) % THEMES.length];
  localStorage.setItem("theme", next);
  document.documentElement.dataset.theme = next;
}

function menu() {
  const file = h("input", { type: "file", accept: "image/*", hidden: true, onchange: () => { if (file.files[0]) take(file.files[0]); file.value = ""; } });
  document.querySelector(".skip").textContent = t("skip");
  document.getElementById("menu").replaceChildren(
    file, h("button", { type: "button", class: "quiet", onclick: () => file.click() }, t("upload")),
    h("button", { type: "button", class: "quiet", onclick: () => openTrain() }, t("train")),
    h("button", { type: "button", class: "quiet", lang: t("language") === "English" ? "en" : "zh-CN", onclick: changeLanguage, title: t("languageName") }, t("language")),
    sign("sun", t("theme"), () => theme(1)));
}

/** Take a file that was dropped or chosen: a picture is kept and shown with how it was made, a zip file is trained on. */
async function take(file) {
  if (/\.zip$/i.test(file.name) || file.type === "application/zip") return openTrain(file);
  if (!file.type.startsWith("image/") || file.type === "image/svg+xml") return toast(t("dropOther"), { bad: true });
  return attempt(async () => {
    const work = await api.addPicture(file);
    tell("work", work);
    tell("open", { work, note: work.kind === "upload" ? t("elsewhere") : t("provenanceRead") });
  });
}

function drops() {
  const veil = h("div", { class: "veil", hidden: true }, h("p", {}, t("dropHere")));
  document.body.append(veil);
  let depth = 0;
  const away = () => { depth = 0; veil.hidden = true; };
  addEventListener("dragenter", (event) => { if (event.dataTransfer?.types.includes("Files")) { depth += 1; veil.hidden = false; } });
  addEventListener("dragleave", () => { depth -= 1; if (depth <= 0) away(); });
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => { event.preventDefault(); away(); const file = event.dataTransfer?.files[0]; if (file) take(file); });
  addEventListener("paste", (event) => { const file = event.clipboardData?.files[0]; if (file) { event.preventDefault(); take(file); } });
}

/** Letters that work anywhere but in a control. */
function keys() {
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) || document.querySelector("dialog[open]")) return;
    const target = { "/": "search", n: "idea" }[event.key];
    if (target) { event.preventDefault(); document.getElementById(target).focus(); }
  });
}

async function begin() {
  theme();
  await attempt(learn);
  menu();
  showMake(document.getElementById("make"));
  on("about", () => showMake(document.getElementById("make")));
  drops();
  keys();
  await Promise.all([showGallery(document.getElementById("gallery")), showJobs(document.getElementById("jobs"))]);
  let first = true;
  api.listen({
    job: (job) => tell("job", job),
    work: (work) => tell("work", work),
    again: () => { if (!first) { refreshGallery(); refreshJobs(); } first = false; },
  });
  document.getElementById("idea").focus();
}

begin();
