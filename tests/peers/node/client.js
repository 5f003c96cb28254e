// A node-opcua client that does what it is told: a JSON request a line in, a JSON answer a line out.
"use strict";

const readline = require("node:readline");
const {
  AttributeIds, BrowseDirection, ClientMonitoredItem, DataType, MessageSecurityMode, OPCUACertificateManager,
  OPCUAClient, SecurityPolicy, TimestampsToReturn, UserTokenType, Variant, VariantArrayType, coerceUInt64,
  makeBrowsePath, resolveNodeId,
} = require("node-opcua");

// What the library prints is not for the other end.
console.log = console.info = console.warn = console.error;

let client, session, subscription, namespaces;

const say = (answer) => process.stdout.write(JSON.stringify(answer) + "\n");

// 64-bit numbers are pairs of halves in node-opcua.
function plain(variant) {
  const { dataType, value, arrayType } = variant;
  const is_array = arrayType !== VariantArrayType.Scalar;
  const one = (item) => {
    if (item === null || item === undefined) return null;
    if (dataType === DataType.UInt64 || dataType === DataType.Int64) return item[0] * 2 ** 32 + item[1];
    if (dataType === DataType.LocalizedText) return item.text;
    if (dataType === DataType.NodeId) return item.toString();
    if (dataType === DataType.ExtensionObject) return { type: item.constructor.name, ...JSON.parse(JSON.stringify(item)) };
    return item;
  };
  return is_array ? Array.from(value ?? [], one) : one(value);
}

const portion = (path) => "/" + path.map(([uri, name]) => `${namespaces.indexOf(uri)}:${name}`).join("/");

async function resolve(paths) {
  const results = await session.translateBrowsePath(paths.map((path) => makeBrowsePath("ObjectsFolder", portion(path))));
  return results.map((result) => (result.statusCode.isGood() ? result.targets[0].targetId : null));
}

async function node(path) {
  const [found] = await resolve([path]);
  if (!found) throw new Error(`no node at ${JSON.stringify(path)}`);
  return found;
}

async function argument(given) {
  if (given.structure) {
    const type = resolveNodeId(`ns=${namespaces.indexOf(given.namespace)};i=${given.structure}`);
    const value = [];
    for (const fields of given.value) value.push(await session.constructExtensionObject(type, fields));
    return new Variant({ dataType: DataType.ExtensionObject, arrayType: VariantArrayType.Array, value });
  }
  const dataType = DataType[given.type];
  const value = given.type === "UInt64" ? coerceUInt64(given.value) : given.value;
  return new Variant({ dataType, arrayType: VariantArrayType.Scalar, value });
}

const requests = {
  async connect({ endpoint, folder, secured, user }) {
    const certificates = new OPCUACertificateManager({ rootFolder: folder, automaticallyAcceptUnknownCertificate: false });
    await certificates.initialize();
    for (const trusted of secured?.trusted ?? []) await certificates.trustCertificate(Buffer.from(trusted, "base64"));
    client = OPCUAClient.create({
      applicationName: "peer",
      applicationUri: secured?.uri,
      certificateFile: secured?.certificate,
      privateKeyFile: secured?.key,
      clientCertificateManager: certificates,
      connectionStrategy: { maxRetry: 0, initialDelay: 50, maxDelay: 100 },
      endpointMustExist: false,
      securityMode: secured ? MessageSecurityMode[secured.mode] : MessageSecurityMode.None,
      securityPolicy: secured ? SecurityPolicy[secured.policy] : SecurityPolicy.None,
    });
    await client.connect(endpoint);
    session = await client.createSession(
      user ? { type: UserTokenType.UserName, userName: user[0], password: user[1] } : undefined,
    );
    namespaces = await session.readNamespaceArray();
    return namespaces;
  },

  async resolve({ paths }) {
    return (await resolve(paths)).map((found) => found?.toString() ?? null);
  },

  async read({ path, attribute }) {
    const value = await session.read({ nodeId: await node(path), attributeId: AttributeIds[attribute ?? "Value"] });
    return { status: value.statusCode.name, value: value.value ? plain(value.value) : null };
  },

  async types({ path }) {
    const result = await session.browse({
      nodeId: await node(path), browseDirection: BrowseDirection.Forward, referenceTypeId: "HasTypeDefinition", resultMask: 63,
    });
    return result.references.map((one) => [namespaces[one.browseName.namespaceIndex], one.browseName.name]);
  },

  async call({ path, inputs }) {
    const inputArguments = [];
    for (const given of inputs) inputArguments.push(await argument(given));
    const result = await session.call({
      objectId: await node(path.slice(0, -1)), methodId: await node(path), inputArguments,
    });
    return { status: result.statusCode.name, outputs: (result.outputArguments ?? []).map(plain) };
  },

  async subscribe({ path }) {
    subscription ??= await session.createSubscription2({ requestedPublishingInterval: 50, publishingEnabled: true });
    const item = ClientMonitoredItem.create(
      subscription,
      { nodeId: await node(path), attributeId: AttributeIds.Value },
      { samplingInterval: 0, queueSize: 1000, discardOldest: true },
      TimestampsToReturn.Neither,
    );
    item.on("changed", (value) => say({ changed: plain(value.value) }));
    await new Promise((done, failed) => {
      item.on("initialized", done);
      item.on("err", failed);
    });
    return true;
  },

  async close() {
    await subscription?.terminate();
    await session?.close();
    await client?.disconnect();
    subscription = session = client = undefined;
    return true;
  },
};

async function main() {
  say({ ready: true });
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const { what, ...given } = JSON.parse(line);
    try {
      say({ answer: await requests[what](given) });
    } catch (error) {
      say({ error: String(error.message ?? error) });
    }
  }
  process.exit(0);
}

main();
