import { html, svg, nothing } from './html.js';
import { ago, cut, duration, exactTime, now, plain, timeOfDay, visible } from './format.js';

/** Small templates that several views use. */

const CLIP = 300;
const CLIP_DETAIL = 2000;

/** A value from the application, on one line. It is text, isolated from the direction of its neighbours, and clipped. */
export function value(text, length = CLIP) {
  if (text == null || text === '') {
    return html`<span class="muted">–</span>`;
  }
  return html`<bdi>${cut(visible(plain(text)), length)}</bdi>`;
}

/** A long text, of which the rest is shown on demand. */
export function block(text, label) {
  const shown = visible(plain(text));
  if (shown.length <= CLIP_DETAIL) {
    return html`<pre class="block" tabindex="0" role="group" aria-label=${label}><bdi>${shown}</bdi></pre>`;
  }
  return html`<pre class="block" tabindex="0" role="group" aria-label=${label}><bdi>${cut(shown, CLIP_DETAIL)}</bdi></pre>
    <details class="rest"><summary>Show the rest (${(shown.length - CLIP_DETAIL).toLocaleString()} characters)</summary>
    <pre class="block" tabindex="0" role="group" aria-label="${label}, the rest"><bdi>${shown.slice(CLIP_DETAIL)}</bdi></pre></details>`;
}

/** A time in the reader's zone. The exact time is shown on hover. */
export function time(iso) {
  if (!iso) {
    return html`<span class="muted">–</span>`;
  }
  const date = new Date(iso);
  return html`<time datetime=${iso} title=${exactTime(date, iso)}>${timeOfDay(date)}</time>`;
}

export function since(iso) {
  if (!iso) {
    return html`<span class="muted">never</span>`;
  }
  const date = new Date(iso);
  return html`<time datetime=${iso} title=${exactTime(date, iso)}>${ago(now() - date.getTime())}</time>`;
}

export function until(iso) {
  const date = new Date(iso);
  return html`<time datetime=${iso} title=${exactTime(date, iso)}>in ${duration(Math.max(date.getTime() - now(), 0))}</time>`;
}

/** Names and values. */
export function facts(entries) {
  return html`<dl class="facts">${entries.filter(([, each]) => each != null && each !== '').map(([name, each]) => html`
    <div><dt><bdi>${cut(visible(name), 80)}</bdi></dt><dd>${each.strings ? each : plain(each).length > CLIP ? block(each, name) : value(each)}</dd></div>`)}</dl>`;
}

export function fieldsOf(values) {
  return facts(Object.entries(values ?? {}));
}

/** The name of a class without its package. */
export const simpleName = (type) => String(type).replace(/^([a-z_]\w*\.)+(?=[A-Z])/, '');

export const pill = (kind, text) => html`<span class="pill ${kind}">${text}</span>`;

export function status(request) {
  if (request.state === 'active') {
    return pill('accent', 'active');
  }
  if (request.status == null) {
    const kind = request.failed ? 'bad' : request.outcome === 'aborted' ? 'warn' : 'good';
    return pill(kind, request.failed ? 'failed' : request.outcome ?? 'ended');
  }
  const kind = request.status >= 500 ? 'bad' : request.status >= 400 ? 'warn' : 'good';
  return pill(kind, request.status);
}

export function badges(request) {
  return (request.badges ?? []).map((badge) => {
    const name = badge.kind === 'n_plus_one' ? 'N+1' : badge.kind === 'chatty' ? 'chatty' : badge.kind;
    const title = badge.kind === 'n_plus_one'
      ? `The same statement ${badge.count} times, ${duration(badge.duration_ms)}: ${visible(badge.text)}`
      : `${badge.count} calls (${visible(badge.text)}), ${duration(badge.duration_ms)}`;
    return html`<span class="badge" title=${title}>${name} × ${badge.count}<span class="hidden">: ${title}</span></span>`;
  });
}

/** A button that copies a text. Beside it, the outcome is shown for a moment. */
export function copy(text, what, label = 'Copy') {
  return html`<button type="button" class="small" @click=${async (event) => {
    const outcome = event.currentTarget.nextElementSibling;
    outcome.textContent = (await toClipboard(text)) ? 'Copied' : 'Not permitted';
    setTimeout(() => (outcome.textContent = ''), 1500);
  }}>${label}<span class="hidden"> ${what}</span></button><small class="outcome" role="status"></small>`;
}

async function toClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  }
  catch (error) {
    // Without HTTPS, browsers have only the older way
    const area = document.createElement('textarea');
    area.value = text;
    area.className = 'hidden';
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    return done;
  }
}

/** A line of bars, such as the incidents of each minute. */
export function bars(values, label) {
  const max = Math.max(...values, 1);
  const width = 100 / values.length;
  return html`<svg class="bars" viewBox="0 0 100 24" preserveAspectRatio="none" role="img" aria-label=${label}>
    <line x1="0" y1="23.5" x2="100" y2="23.5"></line>
    ${values.map((each, index) => (each ? svg`<rect x=${index * width} y=${24 - Math.max(each / max * 24, 2)}
      width=${width * 0.75} height=${Math.max(each / max * 24, 2)}></rect>` : nothing))}</svg>`;
}

export function spark(values, label) {
  const max = Math.max(...values.map((each) => each ?? 0), 0.1);
  const step = 100 / Math.max(values.length - 1, 1);
  const points = values.flatMap((each, index) => (each == null ? [] : [`${(index * step).toFixed(1)},${(22 - each / max * 20).toFixed(1)}`]));
  return html`<svg class="spark" viewBox="0 0 100 24" preserveAspectRatio="none" role="img" aria-label=${label}>
    <polyline points=${points.join(' ')}></polyline></svg>`;
}

export const loading = (noun = 'Loading') => html`<p class="state" role="status">${noun} …</p>`;

export const empty = (title, hint) => html`<div class="state"><p><strong>${title}</strong></p>${hint ? html`<p>${hint}</p>` : nothing}</div>`;

export function failure(error, again) {
  return html`<div class="state bad" role="alert"><p><strong>${error.signIn ? 'Sign in' : error.status === 400 ? 'This is not understood' : 'This could not be read'}</strong></p>
    <p><bdi>${visible(error.message)}</bdi>${error.temporary ? ' The page tries again by itself.' : nothing}</p>
    ${error.signIn ? html`<p><a class="button" href=".">Reload the page</a></p>`
      : again && error.status !== 400 ? html`<p><button type="button" @click=${again}>Try now</button></p>` : nothing}</div>`;
}

export const notExposed = (id) => empty(`The endpoint ${id} is not exposed`,
  html`Add <code>${id}</code> to <code>management.endpoints.web.exposure.include</code>.`);

export const heading = (title, ...extra) => html`<header class="head"><h1 tabindex="-1">${title}</h1>${extra}</header>`;

/** A table that scrolls by itself where the window is narrow. */
export const table = (label, head, rows, kind = '') => html`<div class="scroll" tabindex="0" role="group" aria-label=${label}>
  <table class=${kind}><thead><tr>${head.map((each) => html`<th scope="col" class=${each.number ? 'number' : ''}>${each.name ?? each}</th>`)}</tr></thead>
  <tbody>${rows}</tbody></table></div>`;
