// SPDX-License-Identifier: Apache-2.0
//
// One psql for each role and database of a test, asked through two pipes: a test that waits for
// a row asks fifty times a second, and a new psql and a new server process for each question cost
// more than all the gateway does. Answers come at once (no promise), as tests are written.
import { execFileSync, spawn } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const sessions = new Map();
// Both ends without waiting for the other side to come.
function pipe(path) {
  const both = openSync(path, constants.O_RDWR);
  const ends = { reader: openSync(path, constants.O_RDONLY), writer: openSync(path, constants.O_WRONLY) };
  closeSync(both);
  return ends;
}

class Session {
  constructor(name) {
    const folder = mkdtempSync(join(tmpdir(), "koban-psql-")), paths = ["in", "out"].map((end) => join(folder, end));
    execFileSync("mkfifo", paths);
    const [questions, answers] = paths.map(pipe);
    rmSync(folder, { recursive: true });
    spawn("psql", ["-X", "-A", "-t", "-q", "-F", "\t", "-v", "VERBOSITY=terse", "-d", name],
      { cwd: "/", env: { ...process.env, PGOPTIONS: "-c client_min_messages=error" }, stdio: [questions.reader, answers.writer, answers.writer] }).unref();
    closeSync(questions.reader);
    closeSync(answers.writer);
    Object.assign(this, { questions: questions.writer, answers: answers.reader, asked: 0 });
  }
  // \gexec sends the text whole: several statements are one transaction.
  ask(sql) {
    const mark = `-- answer ${++this.asked}`;
    writeSync(this.questions, `select $psql$${sql}$psql$ \\gexec\n\\warn '${mark}' :ERROR\n`);
    const pieces = [], buffer = Buffer.alloc(65536);
    for (;;) {
      const length = readSync(this.answers, buffer);
      if (length === 0) return { isGone: true, text: Buffer.concat(pieces).toString() };
      pieces.push(Buffer.from(buffer.subarray(0, length)));
      const text = Buffer.concat(pieces).toString(), [, isWrong] = text.match(`${mark} (true|false)\n$`) ?? [];
      if (isWrong) return { isWrong: isWrong === "true", text: text.slice(0, text.lastIndexOf(mark)).trim() };
    }
  }
  close() {
    closeSync(this.questions);
    closeSync(this.answers);
  }
}

export function ask(name, sql) {
  const old = sessions.get(name), session = old ?? new Session(name);
  sessions.set(name, session);
  const answer = session.ask(sql);
  if (answer.isGone) {
    hangUp(name);
    // Whom the server sent away meanwhile comes again.
    if (old) return ask(name, sql);
  }
  if (answer.isGone || answer.isWrong) throw new Error(`psql: ${answer.text}\n${sql}`);
  return answer.text;
}

export function hangUp(name) {
  sessions.get(name)?.close();
  sessions.delete(name);
}
