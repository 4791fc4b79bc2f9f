#!/usr/bin/env node
// Recompute the test vectors of docs/vectors, without dependencies: node check_vectors.mjs FOLDER
// It shares no code with any client. Exit code 0: all of them hold.

import assert from "node:assert/strict";
import { createHash, createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const folder = process.argv[2];
if (!folder) {
  console.error("usage: check_vectors.mjs FOLDER (docs/vectors)");
  process.exit(2);
}
const read = (name) => JSON.parse(readFileSync(join(folder, name), "utf8"));
const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();
const hex = (bytes) => bytes.toString("hex");
const node = (left, right) => sha256(Buffer.of(1), left, right);

// The root of a list of leaves as RFC 6962 writes it down, rather than by a frontier.
function rootOf(leaves) {
  if (leaves.length === 0) return sha256();
  if (leaves.length === 1) return leaves[0];
  const left = 2 ** Math.floor(Math.log2(leaves.length - 1));
  return node(rootOf(leaves.slice(0, left)), rootOf(leaves.slice(left)));
}

const tree = read("tree.json");
assert.equal(hex(rootOf([])), tree.empty);
const leaves = [];
for (const { leaf, root, frontier } of tree.steps) {
  leaves.push(Buffer.from(leaf, "hex"));
  assert.equal(hex(rootOf(leaves)), root);
  const parts = [];
  for (let at = 0, bit = 2 ** 20; bit >= 1; bit /= 2) {
    if (leaves.length & bit) {
      parts.push(hex(rootOf(leaves.slice(at, at + bit))));
      at += bit;
    }
  }
  assert.equal(parts.join(""), frontier);
}

for (const { clearance, networks, hash } of read("scopes.json").scopes) {
  assert.equal(hex(sha256(JSON.stringify({ clearance, networks, v: 1 }))).slice(0, 8), hash);
}

const shape = /^v1\.([0-9a-f]{16})\.(0|[1-9][0-9]{0,17})\.([0-9a-f]{16})\.([0-9a-f]{8})$/;
const { cursors, malformed } = read("cursors.json");
for (const { cursor, log, seq, root, scope } of cursors) assert.deepEqual(shape.exec(cursor).slice(1), [log, String(seq), root, scope]);
for (const text of malformed) assert.equal(shape.exec(text), null);

const feed = read("feed.json");
const { crv, kty, x, y } = feed.key;
assert.equal(sha256(JSON.stringify({ crv, kty, x, y })).toString("base64url"), feed.key.kid);
const key = { key: createPublicKey({ key: { crv, kty, x, y }, format: "jwk" }), dsaEncoding: "ieee-p1363" };
function claimsOf(jws) {
  const [header, payload, signature] = jws.split(".");
  assert.ok(verify("sha256", Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, "base64url")));
  assert.deepEqual(JSON.parse(Buffer.from(header, "base64url")), { alg: "ES256", kid: feed.key.kid });
  return JSON.parse(Buffer.from(payload, "base64url"));
}

const log = [];
for (const { env, body, leaf, root } of feed.log) {
  assert.equal(hex(sha256(Buffer.of(0), env)), leaf);
  log.push(Buffer.from(leaf, "hex"));
  assert.equal(hex(rootOf(log)), root);
  if (body !== null) assert.equal(hex(sha256(body)), JSON.parse(env).payload_hash);
}
assert.equal(claimsOf(feed.head).root, hex(rootOf(log)));
for (const { body, head } of [feed.snapshot, feed.page]) {
  const { page } = claimsOf(head);
  assert.equal(hex(sha256(body)), page.sha256);
  assert.equal(page.aud, feed.account);
}

const [first, ...lines] = feed.snapshot.body.trimEnd().split("\n").map((line) => JSON.parse(line));
const held = new Map(lines.map(({ env, body }) => [JSON.parse(env).rid, { env, body }]));
const page = JSON.parse(feed.page.body);
assert.equal(page.from, first.size);
page.entries.forEach((entry, at) => {
  if (entry.leaf) return assert.equal(entry.leaf, feed.log[page.from + at].leaf);
  const envelope = JSON.parse(entry.env);
  if (envelope.op === "redact") {
    for (const [rid, { env }] of held) if (envelope.targets.includes(JSON.parse(env).seq)) held.delete(rid);
  } else if (entry.remove || entry.body === null) {
    held.delete(envelope.rid);
  } else {
    held.set(envelope.rid, entry);
  }
});
for (const rid of [...feed.hidden, ...feed.erased]) assert.equal(held.has(rid), false);
const told = [...held.values()].map(({ env }) => JSON.parse(env)).sort((a, b) => (a.rid < b.rid ? -1 : 1));
assert.equal(held.size, feed.held.records);
assert.equal(hex(sha256(told.map((each) => `${each.rid} ${each.revision} ${each.payload_hash}\n`).join(""))), feed.held.digest);
console.log("All vectors hold.");
