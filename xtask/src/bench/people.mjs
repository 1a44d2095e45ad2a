// Who is signed in at the server being measured, and what do they ask of it? Shared by the scripts beside it.
import { readFileSync } from "node:fs";

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Who has this role in a file of sign-ins (login, role, password by tabs); each person as these three. */
export function peopleOf(signIns, role) {
  const people = readFileSync(signIns, "utf8").trim().split("\n").map((line) => line.split("\t"));
  return people.filter((person) => person[1] === role);
}

/** Signs in, as soon as the server has come up. */
export async function tokenOf(address, [login, , password]) {
  for (;;) {
    try {
      const body = JSON.stringify({ login, password });
      const answer = await fetch(`${address}/api/v1/sign-in`, { method: "POST", body });
      return (await answer.json()).token;
    } catch {
      await pause(100);
    }
  }
}

export async function ask(address, token, what) {
  const answer = await fetch(`${address}/api/v1/${what}`, { headers: { authorization: `Bearer ${token}` } });
  return answer.json();
}

async function make(address, token, what, body) {
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(`${address}/api/v1/${what}`, { method: "POST", headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${what}: ${answer.status} ${await answer.text()}`);
  return answer.status === 204 ? {} : answer.json();
}

/** Until every job of the queue is done. */
export async function waitForEncodings(address, manager, patience_s) {
  const until = Date.now() + patience_s * 1000;
  for (;;) {
    const jobs = (await ask(address, manager, "jobs")).items;
    if (jobs.some((job) => job.state === "failed")) throw new Error(`a job failed: ${JSON.stringify(jobs)}`);
    if (jobs.length > 0 && jobs.every((job) => job.state === "done")) return;
    if (Date.now() > until) throw new Error("the encodings took too long");
    await pause(500);
  }
}

/** Where the first lesson and its course are that a learner may see. */
export async function firstLesson(address, learner) {
  const course = (await ask(address, learner, "courses")).items[0].id;
  const lesson = (await ask(address, learner, `courses/${course}`)).modules[0].lessons[0].id;
  return { course: `/courses/${course}`, lesson: `/courses/${course}/lessons/${lesson}` };
}

/** Uploads a file by tus, in one piece; gives the resource's id. */
export async function upload(address, manager, bytes, filename = "clip.mp4") {
  const facts = Object.entries({ filename, filetype: "", title: "clip", language: "en" });
  const metadata = facts.map(([name, value]) => `${name} ${Buffer.from(value).toString("base64")}`).join(",");
  const tus = { authorization: `Bearer ${manager}`, "tus-resumable": "1.0.0" };
  const opened = await fetch(`${address}/api/v1/uploads`, {
    method: "POST",
    headers: { ...tus, "upload-length": String(bytes.length), "upload-metadata": metadata },
  });
  if (opened.status !== 201) throw new Error(`the upload was not opened: ${opened.status} ${await opened.text()}`);
  const location = opened.headers.get("location");
  const sent = await fetch(`${address}${location}`, {
    method: "PATCH",
    headers: { ...tus, "upload-offset": "0", "content-type": "application/offset+octet-stream" },
    body: bytes,
  });
  if (sent.status !== 204) throw new Error(`the upload was not taken: ${sent.status} ${await sent.text()}`);
  return location.split("/").pop();
}

/** A course with one lesson of a resource, or of a video to upload; gives the lesson's path, and how to publish the course. */
export async function teach(address, manager, what) {
  const title = { en: "What is measured" };
  const resource = typeof what === "string" ? what : await upload(address, manager, what);
  const { slug } = (await ask(address, manager, "columns")).items[0];
  const course = (await make(address, manager, "courses", { column: slug, title, summary: title, language: "en" })).id;
  const lesson = (await make(address, manager, `courses/${course}/lessons`, { title, resource })).id;
  const publish = () => make(address, manager, `courses/${course}/publish`, {});
  return { path: `/courses/${course}/lessons/${lesson}`, publish };
}
