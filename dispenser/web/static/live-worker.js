// One stream for all tabs: browsers allow six connections per server, and the seventh tab would wait for ever.
const ports = new Set();
let state = {};
const source = new EventSource(`/events?language=${encodeURIComponent(self.name)}`);

source.onmessage = (event) => {
  const changed = JSON.parse(event.data);
  state = { ...state, ...changed };
  for (const port of ports) port.postMessage(changed);
};

self.onconnect = (event) => {
  const [port] = event.ports;
  ports.add(port);
  port.onmessage = () => ports.delete(port);
  port.postMessage(state);
};
