// Reads a topic from beginning to end, and validates each message with the published schemas and CloudEvents.
import { randomUUID } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import addFormats from "ajv-formats";
import { Ajv2020 } from "ajv/dist/2020.js";
import kafkajs from "kafkajs";

const USAGE = "Usage: node validate.mjs [--brokers host:port,...] [--topic name] [--schemas folder,...]";
const OUR_SCHEMAS = fileURLToPath(new URL("../../../core/src/main/resources/META-INF/cairn/schemas", import.meta.url));

class Violation extends Error {}

/** Compiles all schemas of the folders; a message names its own by its type and versions. */
function validatorOf(folders) {
  const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true, strictTypes: false, strictRequired: false });
  addFormats.default(ajv);
  for (const folder of folders) {
    for (const file of readdirSync(folder).filter((name) => name.endsWith(".schema.json"))) {
      ajv.addSchema(JSON.parse(readFileSync(join(folder, file), "utf8")));
    }
  }
  return (message) => {
    const envelope = ajv.getSchema(`urn:cairn:schema:envelope:${message.env_version}`);
    if (!envelope) {
      throw new Violation(`env_version ${message.env_version} has no schema`);
    }
    const own = ajv.getSchema(`urn:cairn:schema:${message.type}:${message.fields?.event_version ?? 1}`);
    for (const validate of [envelope, own].filter(Boolean)) {
      if (!validate(message)) {
        throw new Violation(`${validate.schema.$id}: ${ajv.errorsText(validate.errors, { dataVar: "message" })}`);
      }
    }
    return own ? own.schema.$id : "envelope only";
  };
}

/** CloudEvents 1.0, binary mode: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md */
function checkHeaders(headers, message) {
  const expected = {
    ce_specversion: "1.0",
    ce_id: message.id,
    ce_type: message.type,
    ce_time: message.timestamp,
    "content-type": "application/json",
  };
  for (const [name, value] of Object.entries(expected)) {
    if (headers[name]?.toString() !== value) {
      throw new Violation(`header ${name} is ${headers[name]}, not ${value}`);
    }
  }
  if (!headers.ce_source?.length) {
    throw new Violation("header ce_source is missing");
  }
}

/** Calls back for each record that is there now. */
async function readAll(kafka, topic, onRecord) {
  const admin = kafka.admin();
  await admin.connect();
  const groupId = `validate-${randomUUID()}`;
  const consumer = kafka.consumer({ groupId, allowAutoTopicCreation: false });
  try {
    const offsets = await admin.fetchTopicOffsets(topic);
    const open = new Map(
      offsets.filter(({ low, high }) => BigInt(low) < BigInt(high)).map(({ partition, high }) => [partition, BigInt(high)]),
    );
    if (open.size === 0) {
      return;
    }
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await new Promise((resolve, reject) => {
      consumer.on(consumer.events.CRASH, ({ payload }) => payload.restart || reject(payload.error));
      const eachBatch = async ({ batch }) => {
        const end = open.get(batch.partition);
        try {
          batch.messages.filter(({ offset }) => end && BigInt(offset) < end).forEach((record) => onRecord(record, batch));
        } catch (violation) {
          reject(violation);
        }
        // The last offsets may belong to no record: transactions and compaction leave gaps
        if (end && BigInt(batch.lastOffset()) + 1n >= end) {
          open.delete(batch.partition);
        }
        if (open.size === 0) {
          resolve();
        }
      };
      consumer.run({ autoCommit: false, eachBatch }).catch(reject);
    });
  } finally {
    await consumer.disconnect();
    await admin.deleteGroups([groupId]).catch(() => {});
    await admin.disconnect();
  }
}

function optionsOf(args) {
  try {
    return parseArgs({
      args,
      options: {
        brokers: { type: "string", default: "127.0.0.1:19092" },
        topic: { type: "string", default: "cairn-events" },
        schemas: { type: "string", default: OUR_SCHEMAS },
      },
    }).values;
  } catch (error) {
    console.error(`${error.message}\n${USAGE}`);
    process.exit(2);
  }
}

const { brokers, topic, schemas } = optionsOf(process.argv.slice(2));
const validate = validatorOf(schemas.split(","));
const counts = new Map();
const check = ({ offset, value, headers }, { partition }) => {
  try {
    const message = JSON.parse(value);
    const line = `${message.type} (${validate(message)})`;
    checkHeaders(headers, message);
    counts.set(line, (counts.get(line) ?? 0) + 1);
  } catch (error) {
    throw new Violation(`partition ${partition}, offset ${offset}: ${error.message}\n${value}`);
  }
};
try {
  const kafka = new kafkajs.Kafka({ clientId: "cairn-validate", brokers: brokers.split(","), logLevel: kafkajs.logLevel.NOTHING });
  await readAll(kafka, topic, check);
  [...counts].sort().forEach(([line, count]) => console.log(`${String(count).padStart(8)} ${line}`));
} catch (error) {
  console.error(error instanceof Violation ? error.message : `Cannot read ${topic} of ${brokers}: ${error.message}`);
  process.exitCode = 1;
}
