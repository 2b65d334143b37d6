// Loaded before Spotlight, which has no setting for either.
const http = require('http');
const net = require('net');

// Spotlight listens on every interface. Here a server that names no host gets 127.0.0.1.
const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (...args) {
  const [first, second] = args;
  if (first && typeof first === 'object' && first.port !== undefined && !first.host) first.host = '127.0.0.1';
  else if (typeof first === 'number' && typeof second !== 'string') args.splice(1, 0, '127.0.0.1');
  return listen.apply(this, args);
};

// Spotlight answers "Connection: keep-alive" even to a client that asked for "close", as sentry-java does. That client
// then reuses the socket, and every second envelope is refused. Without the header Node answers what was asked for.
const writeHead = http.ServerResponse.prototype.writeHead;
http.ServerResponse.prototype.writeHead = function (status, ...args) {
  const headers = args.at(-1);
  if (headers && typeof headers === 'object' && !Array.isArray(headers))
    for (const name of Object.keys(headers)) if (name.toLowerCase() === 'connection') delete headers[name];
  return writeHead.call(this, status, ...args);
};
