import { simpleName } from './parts.js';

/** Turns a request into the entries of its timeline: signals in the call that they belong to, repeated calls as one. */

export const KINDS = ['server', 'sql', 'http', 'kafka', 'redis', 'other'];

const REPEATED = 5;

/** The message about the request itself says the same again, unless it was lost. */
export function eventsOf(request) {
  return request.published.filter((each) => each.type !== 'http.request' || each.accepted === false || each.lost?.length > 0);
}

export function entriesOf(request) {
  const spans = new Map(request.spans.map((span) => [span.id, span]));
  const children = new Map([[null, []]]);
  const add = (parent, entry) => {
    if (!children.has(parent)) {
      children.set(parent, []);
    }
    children.get(parent).push(entry);
  };

  for (const span of request.spans) {
    add(spans.has(span.parent) ? span.parent : null, ofSpan(span));
  }
  for (const [signal, list, make] of [['log', request.log, ofLog], ['event', eventsOf(request), ofEvent], ['incident', request.incidents, ofIncident]]) {
    list.forEach((each, index) => add(innermost(request.spans, each.at_ms), { signal, key: `${signal}-${index}`, at: each.at_ms, of: each, ...make(each) }));
  }

  const entries = [];
  const walk = (parent, depth) => {
    for (const entry of folded(children.get(parent) ?? [], children).sort((one, other) => one.at - other.at)) {
      entries.push({ depth, ...entry, pieces: entry.pieces ?? [{ at: entry.at, ms: entry.ms }] });
      if (entry.span !== undefined) {
        walk(entry.span, depth + 1);
      }
    }
  };
  walk(null, 0);
  return entries;
}

function ofSpan(span) {
  return { signal: 'span', key: `span-${span.id}`, span: span.id, at: span.start_ms, ms: span.duration_ms, kind: span.kind,
    label: span.kind === 'task' ? `task ${simpleName(String(span.label ?? span.name).replace(/^task /, ''))}` : span.statement ?? span.label ?? span.name, spoken: span.kind, alarming: Boolean(span.error), of: span };
}

function ofLog(line) {
  return { label: line.text, badge: line.level, badgeKind: line.level === 'ERROR' ? 'bad' : line.level === 'WARN' ? 'warn' : 'muted', spoken: `log line ${line.level}`, alarming: line.level === 'ERROR' || line.level === 'WARN' };
}

function ofEvent(message) {
  return { label: message.type, spoken: 'event', alarming: message.accepted === false || message.lost?.length > 0 };
}

function ofIncident(incident) {
  return { label: `${incident.type}: ${incident.message ?? ''}`, spoken: 'incident', alarming: true };
}

/** The same call many times, in one place, is one entry. Calls are the same if what they contain is. */
function folded(entries, children) {
  const inside = (entry) => children.get(entry.span) ?? [];
  const shape = (entry) => (entry.signal === 'span' && !entry.alarming && entry.kind !== 'server'
    ? `${entry.kind} ${pattern(entry.label)} (${inside(entry).map(shape).join()})` : entry.key);
  const statement = (entry) => entry.of.statement ?? inside(entry).map(statement).find(Boolean);

  const groups = new Map();
  for (const entry of entries) {
    const key = shape(entry);
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  return [...groups.entries()].flatMap(([key, group]) => (group.length < REPEATED ? group : [{
    signal: 'span', key: `group-${key}`, at: group[0].at, ms: group.reduce((sum, each) => sum + (each.ms ?? 0), 0), kind: group[0].kind,
    label: pattern(statement(group[0]) ?? group[0].label), badge: `${group.length} ×`, badgeKind: 'warn', spoken: `${group.length} times`, alarming: false,
    pieces: group.map((each) => ({ at: each.at, ms: each.ms })), of: group[0].of,
    group: group.map((each) => ({ at: each.at, ms: each.ms, text: statement(each) ?? each.label }))
  }]));
}

const pattern = (statement) => String(statement).replace(/'[^']*'|\b\d+(\.\d+)?\b/g, '?');

function innermost(spans, at) {
  let found = null;
  for (const span of spans) {
    if (span.start_ms <= at && (span.duration_ms == null || at <= span.start_ms + span.duration_ms)
        && (!found || span.start_ms >= found.start_ms)) {
      found = span;
    }
  }
  return found?.id ?? null;
}
