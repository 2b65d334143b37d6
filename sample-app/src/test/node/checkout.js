"use strict";

/**
 * The checkout of the shop, a service in another language: reserves the product with a shell script, and places the order.
 * Each passes on the trace of the page. CAIRN_URL is the address of the shop and its collector, CAIRN_KEY the key.
 */

const { execFile } = require("node:child_process");
const http = require("node:http");
const path = require("node:path");
const { promisify } = require("node:util");

const clients = path.resolve(__dirname, "../../../../src/clients");
const { Client } = require(path.join(clients, "node/cairn.js"));

const script = path.join(clients, "shell/cairn-send");
const cairn = new Client({ service: "checkout" });

async function checkout(product, traceparent) {
  cairn.event("checkout.started", { product }, { traceparent });
  const env = { ...process.env, CAIRN_SERVICE: "stock", TRACEPARENT: traceparent };
  await promisify(execFile)(script, ["--no-spool", "stock.reserved", `product:=${product}`], { env });
  const order = await fetch(`${process.env.CAIRN_URL}/orders`, {
    method: "POST",
    headers: { "Content-Type": "application/json", traceparent },
    body: JSON.stringify({ productId: product, quantity: 1 }),
  });
  return { status: order.status, body: await order.text() };
}

const server = http.createServer(async (request, response) => {
  response.setHeader("Access-Control-Allow-Origin", request.headers.origin ?? "null");
  response.setHeader("Access-Control-Allow-Headers", "traceparent");
  if (request.method === "OPTIONS") {
    response.writeHead(204).end();
    return;
  }
  try {
    const product = Number(new URL(request.url, "http://checkout").searchParams.get("product"));
    const { status, body } = await checkout(product, request.headers.traceparent);
    response.writeHead(status, { "Content-Type": "application/json" }).end(body);
  } catch (error) {
    console.error(error);
    response.writeHead(500).end();
  }
});

server.listen(0, "127.0.0.1", () => console.log(`listens on port ${server.address().port}`));
