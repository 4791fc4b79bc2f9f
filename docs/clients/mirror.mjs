#!/usr/bin/env node
// Copy and verify the contact directory: a client in Node 20 without dependencies, written from docs/sync.md.
//
//   DIRECTORY_TOKEN=dir_… node mirror.mjs pull https://directory.example --key KID --state copy.json
//   node mirror.mjs search "cyber" --state copy.json
//
// KID is the thumbprint of the origin's signing key, told by its operators on another way. The state is one file,
// replaced as a whole: place, tree and records move together or not at all. Exit code: 0 the copy is up to date,
// 1 refused (why is on standard error), 2 wrong usage, 3 the copy is up to date but began anew, as the origin was restored:
// ask its operators, 4 no answer, or none but with a head that is too old.

import { createHash, createPublicKey, verify } from "node:crypto";
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";

const MOST_BYTES = 1_000_000_000;
const GOOD_FOR = 48 * 3_600_000;
// The kinds that this client serves, each with the newest version of its shape that it knows.
const VERSIONS = { economy: 1, network: 2, organisation: 1, meeting: 1, contact: 1, membership: 1, statement: 1, holder: 1, channel: 1, key: 1, check: 3, attendance: 1, outcome: 1 };

class Alarm extends Error {
  constructor(code, message) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}
class Gone extends Error {}

const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();
const node = (left, right) => sha256(Buffer.of(1), left, right);

class Tree {
  constructor(size = 0, frontier = Buffer.alloc(0)) {
    this.size = size;
    this.parts = [];
    for (let at = 0; at < frontier.length; at += 32) this.parts.push(frontier.subarray(at, at + 32));
    const ones = size.toString(2).split("1").length - 1;
    if (this.parts.length !== ones) throw new Alarm("splice", "the frontier does not have the log's size");
  }
  push(leaf) {
    let size = this.size;
    for (; size % 2 === 1; size = (size - 1) / 2) leaf = node(this.parts.pop(), leaf);
    this.parts.push(leaf);
    this.size += 1;
  }
  root() {
    if (this.parts.length === 0) return sha256().toString("hex");
    return this.parts.reduceRight((right, left) => (right === null ? left : node(left, right)), null).toString("hex");
  }
  packed() {
    return Buffer.concat(this.parts).toString("hex");
  }
}

const thumbprint = ({ crv, kty, x, y }) => sha256(JSON.stringify({ crv, kty, x, y })).toString("base64url");

// The claims of a head, and the key that will be believed from now on.
function verifiedHead(jws, state) {
  const [header, payload, signature] = (jws ?? "").split(".");
  if (!signature) throw new Alarm("splice", "nothing signed came with it");
  const told = JSON.parse(Buffer.from(header, "base64url"));
  const key = state.keys.find((each) => thumbprint(each) === told.kid);
  if (told.alg !== "ES256" || !key) throw new Alarm("unknown-key", `signed by ${told.kid}; ask the origin's operators`);
  const isGood = verify(
    "sha256", Buffer.from(`${header}.${payload}`),
    { key: createPublicKey({ key, format: "jwk" }), dsaEncoding: "ieee-p1363" }, Buffer.from(signature, "base64url"),
  );
  if (!isGood) throw new Alarm("splice", "the signature is not the origin's");
  const claims = JSON.parse(Buffer.from(payload, "base64url"));
  if (claims.v !== 1) throw new Alarm("poison", `a head of version ${claims.v}`);
  // Otherwise somebody on the way could go on giving what has been erased since.
  if (goodUntil(claims) <= Date.now()) throw new Alarm("freeze", `a head of ${claims.at}, no longer believed; the copy may be old`);
  const before = state.head;
  if (before && before.log === claims.log) {
    if (claims.size < before.size || Date.parse(claims.at) < Date.parse(before.at)) throw new Alarm("rollback", `a head of ${claims.at}, size ${claims.size}; known is ${before.at}, ${before.size}`);
    if (claims.size === before.size && claims.root !== before.root) throw new Alarm("equivocation", `another root for size ${claims.size}`);
  } else if (before && !(claims.epochs ?? []).some((each) => each.log === before.log)) {
    throw new Alarm("fork", `log ${claims.log} does not go on from ${before.log}`);
  }
  // Once the next key has signed, the one before it is never believed again.
  state.keys = [key, ...(claims.next_key ? [claims.next_key] : [])];
  state.head = { log: claims.log, size: claims.size, root: claims.root, at: claims.at, exp: claims.exp, epochs: claims.epochs ?? [] };
  return claims;
}

// A head that vouches for the log alone. One with a page vouches for those bytes: that of an offline copy is in other hands.
function verifiedBareHead(jws, state) {
  const claims = verifiedHead(jws, state);
  if (claims.page) throw new Alarm("splice", "a head that was signed for something else");
  return claims;
}

const goodUntil = ({ at, exp }) => Math.min(Date.parse(exp), Date.parse(at) + GOOD_FOR);

async function bytesOf(answer) {
  const parts = [];
  let length = 0;
  for await (const part of answer.body ?? []) {
    length += part.length;
    if (length > MOST_BYTES) throw new Alarm("splice", "an answer without end");
    parts.push(part);
  }
  return Buffer.concat(parts);
}

async function ask(state, address, headers = {}) {
  const url = new URL(address, state.origin);
  if (url.origin !== new URL(state.origin).origin) throw new Alarm("splice", `sent to another host: ${url.origin}`);
  const answer = await fetch(url, {
    headers: { Authorization: `Bearer ${process.env.DIRECTORY_TOKEN}`, ...headers }, redirect: "manual", signal: AbortSignal.timeout(60_000),
  });
  if (answer.status === 303) return ask(state, answer.headers.get("Location"), headers);
  if (answer.status === 304) return { head: answer.headers.get("Sync-Head") };
  const body = await bytesOf(answer);
  if (answer.status === 410) throw Object.assign(new Gone(), JSON.parse(body));
  if (answer.status !== 200) throw new Error(`the origin answers ${answer.status}: ${body.toString().slice(0, 300)}`);
  return { body, head: answer.headers.get("Sync-Head") };
}

function checked(answer, state) {
  const claims = verifiedHead(answer.head, state);
  if (!claims.page || sha256(answer.body).toString("hex") !== claims.page.sha256) throw new Alarm("splice", "the bytes are not those that were signed");
  // The account's id is not told apart: the first answer settles it.
  state.account ??= claims.page.aud;
  if (!claims.page.aud || claims.page.aud !== state.account) throw new Alarm("splice", "made for another account");
  return claims;
}

// One entry's envelope and payload, checked; the payload's text, null where it has been erased.
function payloadOf(entry, envelope) {
  if (entry.body === null) return null;
  if (sha256(entry.body).toString("hex") !== envelope.payload_hash) throw new Alarm("splice", `the payload of entry ${envelope.seq} is not its envelope's`);
  if (JSON.parse(entry.body).version > VERSIONS[envelope.kind]) throw new Alarm("poison", `a ${envelope.kind} of a later version: this client is too old`);
  return entry.body;
}

async function takeSnapshot(state) {
  const answer = await ask(state, "/api/v1/sync/snapshot");
  const claims = checked(answer, state);
  const [first, ...lines] = answer.body.toString().split("\n").filter(Boolean).map((line) => JSON.parse(line));
  const tree = new Tree(first.size, Buffer.from(first.frontier, "hex"));
  if (tree.root() !== first.root || first.log !== claims.log || first.size !== claims.page.to || first.scope !== claims.page.scope) throw new Alarm("splice", "the snapshot's first line is not what was signed");
  if (first.size > claims.size || (first.size === claims.size && first.root !== claims.root)) throw new Alarm("fork", "the snapshot's root is another than that signed");
  // That a cursor is gone is not signed: under the rights that are held nothing calls for a snapshot of before.
  if (first.log === state.log && first.scope === state.scope && first.size < state.size) throw new Alarm("rollback", `a snapshot of size ${first.size}; ${state.size} entries are held`);
  const records = {};
  for (const line of lines) {
    const envelope = JSON.parse(line.env);
    records[envelope.rid] = { env: line.env, body: payloadOf(line, envelope) };
  }
  if (lines.length !== first.records) throw new Alarm("splice", "records are missing from the snapshot");
  Object.assign(state, { log: first.log, size: first.size, frontier: tree.packed(), scope: first.scope, cursor: first.cursor, records });
}

function takePage(state, answer) {
  const claims = checked(answer, state);
  const page = JSON.parse(answer.body);
  if (claims.page.scope !== state.scope || claims.page.from !== page.from || claims.page.to !== page.to) throw new Alarm("splice", "the page is not what was signed");
  if (page.from !== state.size || page.entries.length !== page.to - page.from) throw new Alarm("replay", `a page from ${page.from}; the copy stands at ${state.size}`);
  if (page.log !== state.log && !state.head.epochs.some((each) => each.log === state.log && each.size >= state.size)) throw new Alarm("fork", `a page of log ${page.log}`);
  const tree = new Tree(state.size, Buffer.from(state.frontier, "hex"));
  const records = { ...state.records };
  for (const entry of page.entries) {
    if (entry.leaf !== undefined) {
      tree.push(Buffer.from(entry.leaf, "hex"));
      continue;
    }
    tree.push(sha256(Buffer.of(0), entry.env));
    const envelope = JSON.parse(entry.env);
    if (envelope.seq !== tree.size) throw new Alarm("splice", `entry ${envelope.seq} at place ${tree.size}`);
    if (envelope.op === "redact") {
      const erased = new Set(envelope.targets);
      for (const [rid, record] of Object.entries(records)) if (erased.has(JSON.parse(record.env).seq)) delete records[rid];
    } else if (entry.remove || payloadOf(entry, envelope) === null) {
      delete records[envelope.rid];
    } else {
      records[envelope.rid] = { env: entry.env, body: entry.body };
    }
  }
  if (tree.root() !== page.root) throw new Alarm("fork", `the root after entry ${page.to} is another`);
  if (page.to === claims.size && page.root !== claims.root) throw new Alarm("equivocation", "the signed root is another");
  if (page.more !== page.to < claims.size) throw new Alarm("splice", `the page ends at ${page.to} of ${claims.size} entries and says else`);
  if (page.more && page.entries.length === 0) throw new Alarm("splice", "the page is empty though there is more");
  Object.assign(state, { log: page.log, size: page.to, frontier: tree.packed(), cursor: page.cursor, records });
  return page.more;
}

function takeNothing(state, answer) {
  const claims = verifiedBareHead(answer.head, state);
  const { log, size, root } = claims;
  if (log !== state.log || size !== state.size || root !== new Tree(state.size, Buffer.from(state.frontier, "hex")).root()) throw new Alarm("splice", "nothing is new, says the origin, and its head says otherwise");
  return false;
}

async function compare(state) {
  const { digest, records } = JSON.parse((await ask(state, `/api/v1/sync/digest?at=${state.cursor}`)).body);
  const lines = Object.values(state.records).map(({ env }) => JSON.parse(env)).sort((a, b) => (a.rid < b.rid ? -1 : 1)).map((each) => `${each.rid} ${each.revision} ${each.payload_hash}\n`);
  if (digest === sha256(lines.join("")).toString("hex")) return;
  // What was erased or withdrawn there since cannot be told from what is wrong here; the next pull brings it.
  if ((await changes(state)).body) return;
  throw new Alarm("fork", `the origin counts ${records} records and has another digest; here are ${lines.length}`);
}

const changes = (state) => ask(state, `/api/v1/sync/changes?after=${state.cursor}&limit=1000`, { "If-None-Match": `"${state.cursor}"` });

function save(state, path) {
  const file = openSync(`${path}.new`, "w", 0o600);
  writeSync(file, JSON.stringify(state));
  fsyncSync(file);
  closeSync(file);
  renameSync(`${path}.new`, path);
}

async function pull(state, path) {
  verifiedBareHead(JSON.parse((await ask(state, "/api/v1/sync/head")).body).head, state);
  for (let more = true, began = false; more; ) {
    try {
      if (!state.cursor) {
        await takeSnapshot(state);
        began = true;
      }
      const answer = await changes(state);
      more = answer.body ? takePage(state, answer) : takeNothing(state, answer);
    } catch (gone) {
      if (!(gone instanceof Gone) || began) throw gone;
      if (["forked", "unknown-log"].includes(gone.reason)) {
        if (!state.head.epochs.some((each) => each.log === state.log)) throw new Alarm("fork", "the origin's log is not the one copied from");
        console.error("fork: the origin was restored from an older backup; the copy begins anew");
        // Kept with the copy until it has been told.
        state.restored = true;
      }
      // The copy goes on standing in its file until the new one is whole.
      state.cursor = null;
      continue;
    }
    save(state, path);
  }
  await compare(state);
}

async function main([verb, ...rest]) {
  const named = Object.fromEntries(rest.flatMap((word, at) => (word.startsWith("--") ? [[word.slice(2), rest[at + 1]]] : [])));
  const words = rest.filter((word, at) => !word.startsWith("--") && !rest[at - 1]?.startsWith("--"));
  const held = named.state && existsSync(named.state) ? JSON.parse(readFileSync(named.state)) : null;
  if (verb === "search" && held && words.length === 1) {
    const found = Object.values(held.records).map(({ body }) => JSON.parse(body).record).filter((record) => JSON.stringify(record).toLowerCase().includes(words[0].toLowerCase()));
    for (const record of found) console.log(JSON.stringify(record));
    return 0;
  }
  if (verb !== "pull" || words.length !== 1 || !named.state || !(named.key || held)) {
    console.error("usage: mirror.mjs pull ORIGIN --key KID --state FILE | search TEXT --state FILE");
    return 2;
  }
  if (!process.env.DIRECTORY_TOKEN) {
    console.error("Put the token of an account that reads there into DIRECTORY_TOKEN.");
    return 2;
  }
  const state = held ?? { origin: words[0], keys: [], records: {}, cursor: null, head: null };
  try {
    if (!held) {
      // The list is only where the key is found: it is believed because its thumbprint was pinned.
      const { keys } = JSON.parse((await ask(state, "/api/v1/sync/keys")).body);
      state.keys = keys.filter((key) => thumbprint(key) === named.key);
      if (state.keys.length === 0) throw new Alarm("unknown-key", `the origin has no key ${named.key}`);
    }
    await pull(state, named.state);
  } catch (error) {
    console.error(error instanceof Gone ? "The origin has gone on meanwhile: pull again." : error.message);
    return error instanceof Alarm && error.code !== "freeze" ? 1 : 4;
  }
  console.log(`${Object.keys(state.records).length} records at entry ${state.size} of log ${state.log}, signed ${state.head.at}.`);
  if (!state.restored) return 0;
  delete state.restored;
  save(state, named.state);
  return 3;
}

process.exitCode = await main(process.argv.slice(2));
