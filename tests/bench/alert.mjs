// SPDX-License-Identifier: Apache-2.0
//
// make bench, alerts: one to a million recipients. How long until all are queued, what that
// does to the answers of those who write meanwhile (quiet and during, in one run), and how
// many texts a second leave with their state kept.
import { officer, waitFor } from "../system/harness.mjs";

const RECIPIENTS = Number(process.env.BENCH_RECIPIENTS ?? 1000000), DAY = 24 * 60 * 60 * 1000;

function volunteers(database) {
  database.rows(`
    insert into subscription (area_id, channel_id, address, id, intake_id, contact_id, state, kobans, topics, language,
        quiet_from, quiet_to, source, consented_at)
      select 1, 2, '+62' || lpad(n::text, 10, '0'), n, 1, n, 1, '{}', -1, 'ja', 0, 0, 'bench', now()
      from generate_series(1, ${RECIPIENTS}) n;
    analyze subscription`);
}

// Rarely enough to be no load itself; resolves with the moment.
async function pollSlowly(condition) {
  for (let i = 0; i < 1000; i++) {
    if (condition()) return performance.now();
    await new Promise((done) => setTimeout(done, 200));
  }
  throw new Error("not queued");
}

async function approved(author, second, rate) {
  const saved = await author.call("POST", "/api/alerts", { area: 1, kind: "alert", topic: 0, severity: "warning", kobans: [],
    expires_ms: Date.now() + DAY, texts: { ja: "行方不明の方を探しています。見かけたら知らせてください。" }, ...rate });
  const audience = (await author.call("POST", `/api/alerts/${saved.json.ref}/preview`, {})).json.recipients;
  const submitted = await author.call("POST", `/api/alerts/${saved.json.ref}/submit`, { audience });
  if (submitted.status !== 200) throw new Error(submitted.text);
  const from = performance.now();
  const answer = await second.call("POST", `/api/alerts/${saved.json.ref}/approve`, { count: audience, version: submitted.json.version });
  if (answer.status !== 200) throw new Error(answer.text);
  return { id: saved.json.id, from };
}

export async function alertFigures({ database, gateway, load, seconds }) {
  volunteers(database);
  const author = await officer(gateway, "ito"), second = await officer(gateway, "tanaka");
  const post = (seconds) => load(gateway.port, "/in/sms-demo", 128, seconds, 1000);
  const value = (sql) => database.value(sql);
  const quiet = await post(seconds);
  // Queued, not sent: what is measured beside it is the writing of a million rows.
  database.rows("update channel set rate_per_second = 1 where id = 2; update version set value = value + 1");
  await waitFor("the new rate", () => new Promise((done) => setTimeout(() => done(true), 1500)));
  const alert = await approved(author, second);
  const queued = pollSlowly(() => value(`select is_queued from alert where id = ${alert.id}`) === "t");
  const during = await post(seconds);
  const took = (await queued - alert.from) / 1000;
  await author.call("POST", `/api/alerts/1-${alert.id}/stop`, {});
  await waitFor("stopped", () => value(`select coalesce(sum(count), 0) from alert_progress where alert_id = ${alert.id} and state in (1, 2)`) === "0", 120000);
  // Sent with durable state, as fast as the provider takes it.
  database.rows("update channel set rate_per_second = 100000, in_flight = 128 where id = 2; update version set value = value + 1");
  const sent = () => Number(value("select coalesce(sum(count), 0) from alert_progress where state = 3"));
  const before = sent();
  const fast = await approved(author, second);
  await waitFor("the first are sent", () => sent() > before + 1000, 60000);
  const first = sent(), from = performance.now();
  await new Promise((done) => setTimeout(done, seconds * 1000));
  const rate = (sent() - first) / ((performance.now() - from) / 1000);
  await author.call("POST", `/api/alerts/1-${fast.id}/stop`, {});
  author.close();
  second.close();
  return { alert_recipients: RECIPIENTS, alert_queued_s: +took.toFixed(1), alert_answer_p99_ms: during.p99_ms,
    alert_answer_p99_ratio: +(during.p99_ms / quiet.p99_ms).toFixed(2), alert_sent_per_s: Math.round(rate) };
}
