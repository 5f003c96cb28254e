// A pouch packer on a node-opcua server, written from docs/reference/opcua.md alone: enough of one to be driven.
// Arguments: a JSON file with `port`, `folder`, `capabilities` (the document as text) and `bays`.
"use strict";

const { createHash } = require("node:crypto");
const { readFileSync } = require("node:fs");
const {
  DataType, MessageSecurityMode, OPCUACertificateManager, OPCUAServer, RegisterServerMethod, SecurityPolicy, StatusCodes,
  Variant, VariantArrayType, coerceUInt64, nodesets,
} = require("node-opcua");

console.log = console.info = console.warn = console.error;
const say = (answer) => process.stdout.write(JSON.stringify(answer) + "\n");

const OWN = "urn:dosisfleet:pouchpacker:1";
const POUCH_MS = 30;
const { port, folder, capabilities, bays } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const sha256 = (text) => createHash("sha256").update(text, "utf8").digest("hex");

function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
}

// -- The machine ---------------------------------------------------------------------------------------------------
const boot = "node-1";
const journal = [];
const heads = [];
const orders = new Map();
const answers = new Map();
let state = "Stopped", epoch = 0, command = 0, highWater = 0, film = 0, paused = false, timer = null;
let acknowledged = { boot_id: "", seq: 0, head: "" };
let ring = () => {};

function write(kind, fields, order = -1, pouch = -1) {
  const seq = journal.length + 1;
  const entry = canonical({ at: new Date().toISOString(), boot, boot_number: 1, fields, kind, order, pouch, seq });
  journal.push(entry);
  heads.push(sha256(`${heads.at(-1) ?? ""}\n${entry}`));
  ring(seq);
}

function enter(next) {
  write("StateChanged", { from: state, to: next });
  state = next;
}

function change(order, next) {
  order.state = next;
  write("OrderChanged", { state: next, closed: order.closed }, order.number);
}

function packOne() {
  const order = [...orders.values()].find((one) => one.started && ["loaded", "running", "held"].includes(one.state));
  if (order && order.state !== "running") change(order, "running");
  if (!order || paused) return rest(order);
  const pouch = order.pouches[order.closed];
  film += 1;
  write("PouchStarted", { film }, order.number, pouch.number);
  for (const { bay, canister, fill, product, units } of pouch.picks) {
    bays.find((one) => one.number === bay).units -= units;
    const fields = { bay, canister, fill, product, commanded: units, counted: units, ms: 40 * units };
    write("Dropped", fields, order.number, pouch.number);
  }
  write("Sealed", { film, temperature_dc: 1500 }, order.number, pouch.number);
  write("Printed", { film, digest: sha256([pouch.symbol, ...pouch.lines].join("\n")) }, order.number, pouch.number);
  write("Inspected", { film, result: "pass", read: pouch.symbol }, order.number, pouch.number);
  write("PouchClosed", { film, outcome: "packed", reason: "" }, order.number, pouch.number);
  order.closed += 1;
  if (order.closed === order.pouches.length) change(order, "ended");
}

function rest(order) {
  clearInterval(timer);
  timer = null;
  if (paused) {
    if (order) change(order, "held");
    ["Suspending", "Suspended"].forEach(enter);
  } else {
    ["Completing", "Complete"].forEach(enter);
  }
}

function goOn() {
  paused = false;
  if (timer) return;
  const way = state === "Suspended" ? ["Unsuspending", "Execute"] : ["Resetting", "Idle", "Starting", "Execute"];
  way.forEach(enter);
  timer = setInterval(packOne, POUCH_MS);
}

// -- Answers -------------------------------------------------------------------------------------------------------
const yes = { ok: true };
const no = (code, detail) => ({ ok: false, reasons: [{ code, detail }] });

function fenced(claimed) {
  if (claimed < epoch) return no("FENCED", `epoch ${claimed}, highest seen is ${epoch}`);
  if (claimed > epoch) [epoch, command] = [claimed, 0];
  return null;
}

function obey(claimed, id, act) {
  const refused = fenced(claimed);
  if (refused) return refused;
  if (id < command || id < 1) return no("STALE_COMMAND", `command ${id}, highest seen is ${command}`);
  if (id > command) [command] = [id, answers.set(id, act())];
  return answers.get(id);
}

const methods = {
  Jobs: {
    Hello: [["holder", "String"], ["epoch", "UInt64"], (_holder, claimed) => fenced(claimed) ?? yes],
    Store: [["document", "String"], ["digest", "String"], (document, digest) => {
      if (sha256(document) !== digest) return no("BAD_DOCUMENT", "not what the digest says");
      const given = JSON.parse(document);
      const refused = fenced(given.epoch);
      if (refused) return refused;
      const known = orders.get(given.number);
      if (known) return known.digest === digest ? yes : no("CONFLICT", "known with other content");
      if (given.number <= highWater) return no("STALE_JOB", `highest accepted is ${highWater}`);
      if (given.capabilities !== sha256(capabilities)) return no("WRONG_CAPABILITIES", "not this machine");
      highWater = given.number;
      orders.set(given.number, { ...given, digest, closed: 0, started: false });
      change(orders.get(given.number), "loaded");
      return yes;
    }],
    Start: [["epoch", "UInt64"], ["command", "UInt64"], ["number", "UInt64"], (claimed, id, number) =>
      obey(claimed, id, () => {
        const order = orders.get(number);
        if (!order) return no("UNKNOWN_ORDER", `order ${number} is not loaded`);
        if (order.state === "interrupted") return no("WRONG_STATE", "what is missing needs a new number");
        order.started = true;
        if (order.state !== "ended") goOn();
        return yes;
      })],
    Pause: [["epoch", "UInt64"], ["command", "UInt64"], (claimed, id) =>
      obey(claimed, id, () => { paused = timer !== null; return yes; })],
    Stop: [["epoch", "UInt64"], ["command", "UInt64"], (claimed, id) =>
      obey(claimed, id, () => {
        clearInterval(timer);
        timer = null;
        for (const order of orders.values())
          if (["loaded", "running", "held"].includes(order.state)) change(order, "interrupted");
        if (state !== "Stopped") ["Stopping", "Stopped"].forEach(enter);
        return yes;
      })],
  },
  Journal: {
    Acknowledge: [["epoch", "UInt64"], ["bootId", "String"], ["seq", "UInt64"], ["head", "String"],
      (claimed, bootId, seq, head) => {
        const refused = fenced(claimed);
        if (refused) return refused;
        if (bootId !== boot || heads[seq - 1] !== head) return no("WRONG_HEAD", "not this machine's");
        if (seq > acknowledged.seq) acknowledged = { boot_id: boot, seq, head };
        return yes;
      }],
  },
};

const status = () => ({
  state, boot_id: boot, last_seq: journal.length, high_water: highWater, film, epoch, command, acknowledged,
  journal_head: heads.at(-1) ?? "", mode: 1, consumables: [], alarms: [], pouches_per_minute: 60,
  orders: [...orders.values()].map(({ number, order_id, digest, state: its, closed }) =>
    ({ number, order_id, digest, state: its, closed })),
});

// -- The server ----------------------------------------------------------------------------------------------------
const whole = ([high, low]) => high * 2 ** 32 + low;

async function main() {
  const manager = new OPCUACertificateManager({ rootFolder: folder, automaticallyAcceptUnknownCertificate: false });
  await manager.initialize();
  const server = new OPCUAServer({
    port, hostname: "127.0.0.1", nodeset_filename: [nodesets.standard], serverCertificateManager: manager,
    userCertificateManager: manager, securityModes: [MessageSecurityMode.None], securityPolicies: [SecurityPolicy.None],
    disableDiscovery: true, registerServerMethod: RegisterServerMethod.HIDDEN,
  });
  await server.initialize();
  const space = server.engine.addressSpace;
  const own = space.registerNamespace(OWN);
  const packer = own.addObject({ browseName: "DosePacker", organizedBy: space.rootFolder.objects });
  const text = (browseName, get) => own.addVariable({
    browseName, componentOf: packer, dataType: "String", minimumSamplingInterval: 50,
    value: { get: () => new Variant({ dataType: DataType.String, value: get() }) },
  });
  text("Capabilities", () => capabilities);
  text("MachineStatus", () => canonical(status()));
  text("Bays", () => canonical(bays));
  const count = (value) => ({ dataType: DataType.UInt64, arrayType: VariantArrayType.Scalar, value: coerceUInt64(value) });
  const bell = own.addVariable({ browseName: "LastSeq", componentOf: packer, dataType: "UInt64", value: count(0) });
  ring = (seq) => bell.setValueFromSource(count(seq));

  const add = (parent, browseName, inputs, valueRank, act) => {
    const inputArguments = inputs.map(([name, type]) => ({ name, dataType: DataType[type] }));
    const outputArguments = [{ name: "answer", dataType: DataType.String, valueRank }];
    const method = own.addMethod(parent, { browseName, inputArguments, outputArguments });
    method.bindMethod((given, _context, done) => {
      const values = given.map(({ dataType, value }) => (dataType === DataType.UInt64 ? whole(value) : value));
      done(null, { statusCode: StatusCodes.Good, outputArguments: [act(...values)] });
    });
  };
  for (const [name, its] of Object.entries(methods)) {
    const parent = own.addObject({ browseName: name, componentOf: packer });
    for (const [method, given] of Object.entries(its)) {
      const act = given.at(-1);
      add(parent, method, given.slice(0, -1), -1, (...values) =>
        ({ dataType: DataType.String, value: canonical(act(...values)) }));
    }
    if (name === "Journal")
      add(parent, "Read", [["bootId", "String"], ["seq", "UInt64"], ["limit", "UInt32"]], 1, (bootId, seq, limit) => {
        const first = bootId === boot ? seq : 0;
        const value = journal.slice(first, first + Math.min(limit, 1000));
        return { dataType: DataType.String, arrayType: VariantArrayType.Array, value };
      });
  }
  write("PowerUp", { film });
  await server.start();
  say({ ready: true });
}

main();
