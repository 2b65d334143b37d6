"use strict";

/**
 * Sends events to a collector of Cairn. One file, no dependency, Node.js 18 and later.
 *
 *     const { Client } = require("./cairn.js"); // or: import { Client } from "./cairn.js"
 *
 *     const client = new Client({ url: "http://localhost:8080", key: "...", service: "shop" });
 *     client.event("order.placed", { order_id: 7, total: 78.0 });
 *     await client.close();
 *
 * An event is put into a bounded queue and sent later. A call never waits and never throws, except for a programming error
 * at the call itself, such as an invalid type. What is lost is counted: see `stats()`.
 */

const { randomBytes } = require("node:crypto");
const http = require("node:http");
const https = require("node:https");
const os = require("node:os");
const { promisify } = require("node:util");
const gzip = promisify(require("node:zlib").gzip);

const CATEGORIES = ["behaviour", "quality", "environment", "operation"];
const RESERVED = ["timer", "counter", "gauge", "exception", "log", "http.request"];
const TYPE = /^[A-Za-z0-9_.:/-]{1,200}$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}/;
const MAX_MESSAGE = 256 * 1024;
const MAX_DEPTH = 8;
const MAX_VALUES = 1000;
const MAX_PAUSE = 60_000;

/**
 * @typedef {object} Options
 * @property {string} [url] the address of the collector, or of its endpoint if that has another path; by default CAIRN_URL
 * @property {string} [key] by default CAIRN_KEY
 * @property {string} [service] by default CAIRN_SERVICE
 * @property {number} [maxMessages] the largest number of messages that are held (10,000)
 * @property {number} [maxBytes] their largest size (32 MB)
 * @property {number} [batch] the largest number of messages in one request (100)
 * @property {number} [interval] the milliseconds that a message waits for others (200)
 * @property {number} [timeout] the milliseconds that a request may take (10,000)
 * @property {number} [exitTimeout] the milliseconds in which close() and the end of the process send what is held (5,000)
 * @property {(text: string) => void} [log] prints what is wrong; by default console.warn
 */

/**
 * @typedef {object} EventOptions
 * @property {number} [severity] 0 (emergency) to 7 (debug)
 * @property {string} [payload] free text, or JSON as text
 * @property {"behaviour" | "quality" | "environment" | "operation"} [category]
 * @property {string} [id] a UUID, by default a new one; a message with an id that the collector has seen is stored once
 * @property {Date} [timestamp] by default now
 * @property {string} [logger] by default the service
 * @property {string} [traceparent] the trace that the event belongs to, as in the header of W3C; ignored if it is invalid
 */

/**
 * @typedef {object} Stats offered = accepted + refused + the values of dropped + held
 * @property {number} offered
 * @property {number} accepted
 * @property {number} refused
 * @property {Record<string, number>} dropped by reason
 * @property {number} held
 * @property {number} retries
 */

/** A connection to a collector, with its queue. */
class Client {
  #options;
  #address;
  #agent;
  #queue = [];
  #sending = [];
  #bytes = 0;
  #stats = { offered: 0, accepted: 0, refused: 0, dropped: {}, retries: 0 };
  #running = false;
  #wake = () => {};
  #hurry = 0;
  #deadline = Infinity;
  #closed = null;
  #down = false;
  #waiting = new Set();
  #exit = () => void this.close();

  /** @param {Options} [options] */
  constructor(options = {}) {
    const env = process.env;
    this.#options = {
      url: env.CAIRN_URL || "http://127.0.0.1:8080",
      key: env.CAIRN_KEY,
      service: env.CAIRN_SERVICE,
      maxMessages: 10_000,
      maxBytes: 32 * 1024 * 1024,
      batch: 100,
      interval: 200,
      timeout: 10_000,
      exitTimeout: 5_000,
      log: (text) => console.warn(`cairn: ${text}`),
      hostname: os.hostname(),
      ...Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)),
    };
    const { url, key } = this.#options;
    if (!/^https?:\/\/./.test(url) || !parses(url)) {
      throw new TypeError(`url is ${JSON.stringify(url)}, and has to begin with http:// or https://`);
    }
    if (key && !/^[!-~]+$/.test(key)) {
      throw new TypeError("key contains characters that are not printable ASCII");
    }
    this.#address = new URL(url);
    if (this.#address.pathname === "/") {
      this.#address.pathname = "/cairn/events";
    }
    this.#agent = new (this.#address.protocol === "https:" ? https : http).Agent({ keepAlive: true, maxSockets: 1 });
    process.once("beforeExit", this.#exit);
  }

  /**
   * Sends an event, and returns its id, or null if it was dropped. Values that are no JSON are sent as text.
   *
   * @param {string} type
   * @param {object} [fields]
   * @param {EventOptions} [options]
   * @returns {string | null}
   */
  event(type, fields = {}, options = {}) {
    const { severity, payload, category, id, timestamp, logger, traceparent } = options;
    if (typeof type !== "string" || !TYPE.test(type)) {
      throw new TypeError(`type is ${quoted(type)}, and has to have 1 to 200 characters of A-Z, a-z, 0-9 and _.:/-`);
    }
    if (RESERVED.includes(type)) {
      throw new TypeError(`type "${type}" is reserved`);
    }
    if (typeof fields !== "object" || fields === null || Array.isArray(fields)) {
      throw new TypeError(`fields is ${quoted(fields)}, and has to be an object`);
    }
    if (severity !== undefined && !(Number.isInteger(severity) && severity >= 0 && severity <= 7)) {
      throw new TypeError(`severity is ${quoted(severity)}, and has to be a number from 0 to 7`);
    }
    if (category !== undefined && !CATEGORIES.includes(category)) {
      throw new TypeError(`category is ${quoted(category)}, and has to be one of ${CATEGORIES.join(", ")}`);
    }
    if (id !== undefined && !UUID.test(id)) {
      throw new TypeError(`id is ${quoted(id)}, and has to be a UUID`);
    }
    if (timestamp !== undefined && !(timestamp instanceof Date && !isNaN(timestamp))) {
      throw new TypeError(`timestamp is ${quoted(timestamp)}, and has to be a valid Date`);
    }
    try {
      const trace = typeof traceparent === "string" ? TRACEPARENT.exec(traceparent) : null;
      const message = {
        id: id ?? uuid7(),
        type,
        timestamp: rfc3339(timestamp ?? new Date()),
        severity,
        payload: payload === undefined ? undefined : text(payload),
        category,
        logger: logger === undefined ? undefined : text(logger),
        service: this.#options.service || undefined,
        hostname: this.#options.hostname,
        pid: process.pid,
        trace_id: trace?.[1],
        span_id: trace?.[2],
        fields: plain(fields),
      };
      return this.#offer(Buffer.from(JSON.stringify(message))) ? message.id : null;
    } catch {
      this.#stats.offered++; // such as a proxy that throws, or a text that is too long for the engine
      this.#drop("failed", 1);
      return null;
    }
  }

  /**
   * Returns a view of this client that adds the fields to each event.
   *
   * @param {object} fields
   * @param {EventOptions} [options]
   * @returns {Pick<Client, "event" | "bind" | "stats" | "flush" | "close">}
   */
  bind(fields, options = {}) {
    return {
      event: (type, more, options2) => {
        let merged;
        try {
          merged = merge(fields, more);
        } catch {
          this.#stats.offered++; // a getter of the application
          this.#drop("failed", 1);
          return null;
        }
        return this.event(type, merged, { ...options, ...options2 });
      },
      bind: (more, options2) => this.bind({ ...fields, ...more }, { ...options, ...options2 }),
      stats: () => this.stats(),
      flush: (timeout) => this.flush(timeout),
      close: (timeout) => this.close(timeout),
    };
  }

  /** @returns {Stats} */
  stats() {
    const held = this.#queue.length + this.#sending.length;
    return { ...this.#stats, dropped: { ...this.#stats.dropped }, held };
  }

  /**
   * Waits until all messages are sent, for at most the time.
   *
   * @param {number} [timeout] milliseconds
   * @returns {Promise<boolean>} whether all are sent
   */
  async flush(timeout = 5_000) {
    this.#hurry++;
    this.#wake();
    const deadline = Date.now() + timeout;
    try {
      while (this.#queue.length + this.#sending.length > 0 && Date.now() < deadline) {
        await new Promise((resolve) => {
          const timer = setTimeout(done, deadline - Date.now());
          const waiting = this.#waiting;
          function done() {
            clearTimeout(timer);
            waiting.delete(done);
            resolve();
          }
          waiting.add(done);
        });
      }
    } finally {
      this.#hurry--;
    }
    return this.#queue.length + this.#sending.length === 0;
  }

  /**
   * Sends what is held, for at most the time. Messages that are left are dropped and counted.
   *
   * @param {number} [timeout] milliseconds, by default the option exitTimeout
   * @returns {Promise<void>}
   */
  close(timeout = this.#options.exitTimeout) {
    this.#closed ??= (async () => {
      process.removeListener("beforeExit", this.#exit);
      this.#deadline = Date.now() + timeout;
      await this.flush(timeout);
      const left = this.#queue.length + this.#sending.length;
      this.#queue = [];
      this.#sending = [];
      this.#bytes = 0;
      if (left > 0) {
        this.#drop("closed", left);
        this.#log(`${left} messages were not sent to ${this.#address.host} before the end`);
      }
      this.#wake();
      this.#agent.destroy();
    })();
    return this.#closed;
  }

  #offer(encoded) {
    this.#stats.offered++;
    const reason = this.#closed
      ? "closed"
      : encoded.length > MAX_MESSAGE
        ? "too_large"
        : this.#queue.length + this.#sending.length >= this.#options.maxMessages ||
            this.#bytes + encoded.length > this.#options.maxBytes
          ? "queue_full"
          : null;
    if (reason) {
      this.#drop(reason, 1);
      return false;
    }
    this.#queue.push(encoded);
    this.#bytes += encoded.length;
    if (!this.#running) {
      this.#running = true;
      void this.#run();
    } else if (this.#queue.length === this.#options.batch) {
      this.#wake();
    }
    return true;
  }

  #drop(reason, count) {
    this.#stats.dropped[reason] = (this.#stats.dropped[reason] ?? 0) + count;
  }

  #log(message) {
    try {
      this.#options.log(message);
    } catch {
      // That of the application
    }
  }

  /** Sends until the queue is empty. Its timers do not keep the process alive; beforeExit does, by flush(). */
  async #run() {
    for (let attempts = 0; this.#queue.length + this.#sending.length > 0; ) {
      if (this.#sending.length === 0) {
        if (this.#queue.length < this.#options.batch && !this.#hurry) {
          await this.#sleep(this.#options.interval, true);
        }
        let size = 0;
        let count = 0;
        while (count < Math.min(this.#queue.length, this.#options.batch) && size < MAX_MESSAGE) {
          size += this.#queue[count++].length;
        }
        this.#sending = this.#queue.splice(0, count);
      }
      if (this.#sending.length === 0) {
        break; // closed meanwhile
      }
      const pause = await this.#send(attempts).catch((error) => this.#trouble(error.message, attempts));
      if (pause === null) {
        attempts = 0;
        this.#bytes = this.#queue.reduce((sum, each) => sum + each.length, 0);
        this.#sending = [];
        [...this.#waiting].forEach((done) => done());
      } else if (this.#sending.length > 0) {
        attempts++;
        this.#stats.retries++;
        await this.#sleep(Math.max(1, Math.min(pause, this.#deadline - Date.now())), false);
      }
    }
    this.#running = false;
  }

  #sleep(millis, interruptible) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, millis).unref();
      if (interruptible) {
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      }
    });
  }

  /** Returns null if the batch is done with, or the milliseconds to wait before it is sent again. */
  async #send(attempts) {
    const { status, retryAfter, answer } = await this.#post(Buffer.concat(this.#sending.flatMap((each) => [each, NEWLINE])));
    if (status === 429 || status >= 500) {
      return this.#trouble(`status ${status}`, attempts, retryAfter);
    }
    if (this.#down) {
      this.#down = false;
      this.#log(`the collector at ${this.#address.host} answers again`);
    }
    const count = this.#sending.length; // 0 if close() has counted them, because its time was up
    let refused = count;
    if (status >= 200 && status < 300) {
      refused = Number.isInteger(answer.refused) ? Math.max(0, Math.min(answer.refused, count)) : 0;
    }
    if (refused > 0) {
      const reason = Array.isArray(answer.messages) ? answer.messages.find((each) => each?.reason)?.reason : answer.error;
      this.#log(`the collector at ${this.#address.host} refused ${refused} of ${count} messages with ${status}: ${reason ?? "no reason given"}`);
    }
    this.#stats.refused += refused;
    this.#stats.accepted += count - refused;
    return null;
  }

  async #post(body) {
    const { key, timeout } = this.#options;
    const headers = { "Content-Type": "application/x-ndjson", "X-Cairn-Sent-At": rfc3339(new Date()) };
    if (key) {
      headers.Authorization = `Bearer ${key}`;
    }
    if (body.length > 1024) {
      body = await gzip(body);
      headers["Content-Encoding"] = "gzip";
    }
    headers["Content-Length"] = body.length;
    const once = () =>
      new Promise((resolve, reject) => {
        const { request: open } = this.#address.protocol === "https:" ? https : http;
        const request = open(this.#address, { method: "POST", headers, agent: this.#agent });
        const timer = setTimeout(() => request.destroy(new Error("the time is up")), Math.max(1, Math.min(timeout, this.#deadline - Date.now())));
        timer.unref();
        // A collector that does not answer must not keep the process alive; flush() does, for its time
        request.on("socket", (socket) => socket.unref());
        request.on("error", reject);
        request.on("close", () => clearTimeout(timer));
        request.on("response", (response) => {
          const chunks = [];
          let size = 0;
          response.on("data", (chunk) => {
            if ((size += chunk.length) <= 1024 * 1024) {
              chunks.push(chunk);
            }
          });
          response.on("error", reject);
          response.on("close", () => reject(new Error("the answer ended early")));
          response.on("end", () =>
            resolve({ status: response.statusCode, retryAfter: response.headers["retry-after"], answer: parsed(Buffer.concat(chunks)) }),
          );
        });
        request.end(body);
      }).catch((error) => {
        error.reused = error.code === "ECONNRESET" || error.code === "EPIPE";
        throw error;
      });
    // The server may have closed a connection that was idle
    return once().catch((error) => (error.reused ? once() : Promise.reject(error)));
  }

  #trouble(message, attempts, retryAfter) {
    if (!this.#down) {
      this.#down = true;
      this.#log(`the collector at ${this.#address.host} is away: ${message}. Messages are held, and sent again.`);
    }
    const pause = /^[0-9]{1,6}$/.test(retryAfter ?? "") ? Number(retryAfter) * 1000 : 100 * 2 ** Math.min(attempts, 16) * (0.5 + Math.random() / 2);
    return Math.min(pause, MAX_PAUSE);
  }
}

const NEWLINE = Buffer.from("\n");

function parses(url) {
  try {
    return Boolean(new URL(url));
  } catch {
    return false;
  }
}

function parsed(content) {
  try {
    const answer = JSON.parse(content.toString());
    return typeof answer === "object" && answer !== null ? answer : {};
  } catch {
    return {};
  }
}

function merge(fields, more) {
  if (more !== undefined && (typeof more !== "object" || more === null || Array.isArray(more))) {
    return more; // which event() refuses
  }
  return { ...fields, ...more };
}

function uuid7() {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

function rfc3339(date) {
  return date.toISOString().replace("Z", "000Z");
}

function quoted(value) {
  return typeof value === "string" ? JSON.stringify(value.slice(0, 200)) : text(value).slice(0, 200);
}

function text(value) {
  try {
    return wellFormed(String(value));
  } catch {
    return "[unprintable]";
  }
}

/** Halves of surrogate pairs are not UTF-8 */
function wellFormed(string) {
  return string.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd");
}

/** Returns a copy of nothing but JSON, bounded in depth and number. */
function plain(fields) {
  let left = MAX_VALUES;
  const copy = (value, depth, parents) => {
    left--;
    switch (typeof value) {
      case "string":
        return wellFormed(value);
      case "number":
        return Number.isFinite(value) ? value : String(value);
      case "boolean":
        return value;
      case "object":
        break;
      default:
        return value === undefined ? null : text(value);
    }
    if (value === null) {
      return null;
    }
    if (value instanceof Date) {
      return isNaN(value) ? "Invalid Date" : rfc3339(value);
    }
    if (value instanceof Error) {
      return { type: text(value.name), message: text(value.message), stack_trace: text(value.stack).slice(0, 16384) };
    }
    if (value instanceof Map) {
      value = Object.fromEntries([...value].slice(0, Math.max(left, 0)).map(([key, each]) => [text(key), each]));
    } else if (value instanceof Set) {
      value = [...value].slice(0, Math.max(left, 0));
    } else if (!Array.isArray(value) && typeof value.toJSON === "function") {
      try {
        const json = value.toJSON();
        return typeof json === "object" && json !== null ? text(JSON.stringify(json)) : copy(json, depth, parents);
      } catch {
        return "[unprintable]";
      }
    }
    if (parents.includes(value)) {
      return "[circular]";
    }
    if (depth === MAX_DEPTH) {
      return "[too deep]";
    }
    const path = [...parents, value];
    if (Array.isArray(value)) {
      const items = [];
      for (let i = 0; i < value.length && left > 0; i++) {
        items.push(copy(value[i], depth + 1, path));
      }
      return items;
    }
    const result = {};
    for (const key of Object.keys(value)) {
      if (left <= 0) {
        break;
      }
      let each;
      try {
        each = value[key];
      } catch {
        each = "[unprintable]";
      }
      Object.defineProperty(result, wellFormed(key), { value: copy(each, depth + 1, path), enumerable: true, configurable: true, writable: true });
    }
    return result;
  };
  return copy(fields, 0, []);
}

module.exports = { Client };
