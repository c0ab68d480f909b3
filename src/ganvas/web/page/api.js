// The server's REST interface, and its news.

async function ask(method, path, body, type = "application/json") {
  let answer;
  try {
    const headers = body === undefined ? {} : { "content-type": type };
    const content = type === "application/json" && body !== undefined ? JSON.stringify(body) : body;
    answer = await fetch(path, { method, headers, body: content });
  } catch {
    throw new Error("the studio does not answer: is it still running?");
  }
  if (answer.ok) return answer;
  const said = await answer.json().catch(() => null);
  throw new Error(said?.error?.message ?? `${answer.status} ${answer.statusText}`);
}

const read = async (...given) => (await ask(...given)).json();

export const about = () => read("GET", "/api/about");
export const directions = (model) => read("GET", `/api/models/${encodeURIComponent(model)}/directions`);
export const writeScene = (body) => read("POST", "/api/scene", body);
export const sketch = (request) => read("POST", "/api/sketch", request);
export const submit = (verb, request, works = []) => read("POST", `/api/jobs/${verb}`, verb === "train" ? request : { request, works });
export const preview = async (verb, request, works) => (await ask("POST", `/api/preview/${verb}`, { request, works })).blob();
export const jobs = () => read("GET", "/api/jobs");
export const cancel = (job) => read("DELETE", `/api/jobs/${job}`);
export const retry = (job) => read("POST", `/api/jobs/${job}/retry`);
export const training = (job) => read("GET", `/api/jobs/${job}/training`);
export const works = (query) => read("GET", `/api/works?${new URLSearchParams(query)}`);
export const work = (number) => read("GET", `/api/works/${number}`);
export const sceneOf = (number) => read("GET", `/api/works/${number}/scene`);
export const change = (number, changes) => read("PATCH", `/api/works/${number}`, changes);
export const remove = (number) => read("DELETE", `/api/works/${number}`);
export const restore = (number) => read("POST", `/api/works/${number}/restore`);
export const addPicture = (file) =>
  read("POST", `/api/pictures?${new URLSearchParams({ name: file.name.slice(0, 200) })}`, file, "application/octet-stream");
export const addArchive = (file) => read("POST", "/api/archives", file, "application/octet-stream");
export const text = async (name) => (await ask("GET", `/files/${name}`)).text();

/** Listen to news. again: is called whenever the connection is there again, since something may have been missed. */
export function listen({ job, work: made, again }) {
  const source = new EventSource("/api/events");
  source.addEventListener("job", (event) => job(JSON.parse(event.data)));
  source.addEventListener("work", (event) => made(JSON.parse(event.data)));
  source.addEventListener("open", again);
}
