import { html, nothing, render, current } from './html.js';
import { get, instance, instances } from './api.js';
import { Figures } from './figures.js';
import { empty, failure, heading, time, value } from './parts.js';
import { later } from './resource.js';
import './chart.js';
import live from './views/live.js';
import requests from './views/requests.js';
import request from './views/request.js';
import incidents from './views/incidents.js';
import incident from './views/incident.js';
import events from './views/events.js';
import meters from './views/meters.js';
import switches from './views/switches.js';
import configuration from './views/configuration.js';
import doctor from './views/doctor.js';
import find from './views/find.js';

/**
 * The frame of the page. The fragment of the address names the view: #/requests/1a2b?status=5xx. A view is a function of its
 * context. It returns its title and templates, and what to do on new figures, on another query, and at its end. A view that
 * is not summed shows single instances only. While an instance does not answer, its data is missing or stale, and all else works.
 */

const VIEWS = [
  { id: 'live', title: 'Live', view: live, summed: true },
  { id: 'requests', title: 'Requests', view: requests, detail: request, summed: 'feed' },
  { id: 'incidents', title: 'Incidents', view: incidents, detail: incident, summed: true },
  { id: 'events', title: 'Events', view: events, detail: events, summed: true },
  { id: 'meters', title: 'Meters', view: meters, detail: meters, summed: true },
  { id: 'switches', title: 'Switches', view: switches },
  { id: 'configuration', title: 'Configuration', view: configuration },
  { id: 'doctor', title: 'Doctor', view: doctor },
  { id: 'find', title: 'Find', view: find, detail: find, unlisted: true, summed: true }
];

const STATES = {
  connecting: ['muted', 'Connecting'],
  open: ['good', 'Live'],
  polling: ['warn', 'Every 5 s'],
  lost: ['bad', 'No connection'],
  signin: ['bad', 'Sign in'],
  hidden: ['muted', 'Paused']
};

const THEMES = ['system', 'light', 'dark'];

const root = document.getElementById('app');
const figures = new Figures();
let session = null;
let sessionError = null;
let peers = [];
let down = '';
let cancel = null;
let shown = null;
let scheduled = false;

function update() {
  if (!scheduled) {
    scheduled = true;
    requestAnimationFrame(() => {
      scheduled = false;
      const focused = document.activeElement;
      render(page(), root);
      if (document.activeElement !== focused && focused.isConnected) {
        // It has been moved
        focused.focus({ preventScroll: true });
      }
      else if (document.activeElement !== focused && focused.matches('h1')) {
        // The title while the view was loading has been replaced
        focusTitle();
      }
    });
  }
}

/** Peers that do not answer take a while. The page does not wait for them. */
async function readInstances() {
  try {
    peers = await instances();
    update();
  }
  catch (error) {
    // The page is as without peers
  }
}

/** Reads the instances again when another one is down, or is back. */
function mark(now) {
  if (instance && now !== down) {
    down = now;
    readInstances();
  }
}

async function start() {
  cancel?.();
  try {
    session = await get('api/session');
    sessionError = null;
    navigate();
    figures.open();
  }
  catch (error) {
    sessionError = error;
    if (!error.signIn) {
      cancel = later(start);
    }
  }
  update();
  readInstances();
}

function readRoute() {
  const [path, query] = location.hash.replace(/^#\/?/, '').split('?');
  const [id, ...rest] = path.split('/').map(decode);
  return { id: id || 'live', detail: rest.join('/') || null, query: new URLSearchParams(query ?? '') };
}

const entryOf = (route) => VIEWS.find((each) => each.id === route.id) ?? VIEWS[0];

function decode(text) {
  try {
    return decodeURIComponent(text);
  }
  catch (error) {
    return text;
  }
}

function navigate() {
  const route = readRoute();
  const entry = entryOf(route);
  if (!session) {
    update();
    return;
  }
  const key = `${entry.id}/${route.detail ?? ''}`;
  if (shown?.key === key) {
    shown.view.query?.(route.query);
    update();
    return;
  }
  shown?.view.close?.();
  const make = instance === 'all' && (!entry.summed || (entry.summed === 'feed' && route.detail)) ? () => single(entry.title) : (route.detail && entry.detail) || entry.view;
  shown = { key, id: entry.id, title: entry.title };
  shown.view = make({ session, figures, route, update, go });
  document.title = `${shown.view.title ?? entry.title} · ${session.service} · Cairn`;
  update();
  requestAnimationFrame(() => {
    window.scrollTo(0, 0);
    document.querySelector('.views [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
    focusTitle();
  });
}

/** A screen reader begins with the new view. */
function focusTitle() {
  document.querySelector('h1')?.focus({ preventScroll: true });
}

const single = (title) => ({ title, render: () => html`${heading(title)}${empty('Each instance has this for itself', 'Choose one of them at the top.')}` });

/** Replaces the query of the address without a new entry in the history. */
function go(hash, replace = false) {
  if (replace) {
    history.replaceState(null, '', hash);
    navigate();
  }
  else {
    location.hash = hash;
  }
}

function page() {
  if (!session && !sessionError) {
    return html`<p class="boot">Loading the console …</p>`;
  }
  const { service, environment, release } = session ?? peers[0] ?? {};
  const current = shown?.id ?? entryOf(readRoute()).id;
  return html`
    <a class="skip" href="#main" @click=${skip}>Skip to the content</a>
    <header class="top">
      <a class="brand" href="#/live"><img src="icon.svg" alt="" width="26" height="26"><span><b>${value(service ?? 'Cairn', 40)}</b>
        <small>${[environment, release].filter(Boolean).join(' · ') || 'Cairn'}</small></span></a>
      <form class="find" role="search" @submit=${search}>
        <label class="hidden" for="find">Find an error id, a trace id or a text</label>
        <input id="find" name="id" type="search" maxlength="200" autocomplete="off" spellcheck="false" placeholder="Error id, trace id or text">
        <button type="submit">Find</button>
      </form>
      ${chooser()}
      ${connection()}
      ${themes()}
    </header>
    <nav class="views" aria-label="Views"><ul role="list">${VIEWS.filter((each) => !each.unlisted).map((each) => html`<li>
      <a href="#/${each.id}" aria-current=${each.id === current ? 'page' : nothing}>${each.title}${tally(each.id)}</a></li>`)}</ul></nav>
    <main id="main" tabindex="-1" class=${isStale() ? 'stale' : ''}>${shown ? html`${notice()}${shown.view.render()}` : unreachable()}</main>
    ${session ? foot() : nothing}`;
}

function foot() {
  return html`<footer>${value(session.hostname, 60)}${session.pid ? ` · pid ${session.pid}` : nothing} · signed in as ${session.user ? value(session.user, 60) : 'nobody'}</footer>`;
}

function tally(id) {
  const now = figures.now;
  const number = id === 'incidents' ? now?.incidents.groups : id === 'requests' ? now?.requests.active : 0;
  return number ? html`<span class="tally">${number}<span class="hidden"> ${id === 'requests' ? 'active' : number === 1 ? 'group' : 'groups'}</span></span>` : nothing;
}

function connection() {
  const [kind, text] = STATES[sessionError ? (sessionError.signIn ? 'signin' : 'lost') : figures.state];
  return html`<p class="connection ${kind}" role="status"><span class="dot" aria-hidden="true"></span>${text}</p>`;
}

function chooser() {
  const others = peers.filter((each) => each.id !== 'self' && each.state !== 'same');
  if (instance && instance !== 'all' && !others.some((each) => each.id === instance)) {
    others.push({ id: instance, name: instance });
  }
  if (!others.length && !instance) {
    return nothing;
  }
  const option = (id, name) => html`<option value=${id} ?selected=${id === (instance ?? 'self')}>${name}</option>`;
  return html`<label class="theme chooser"><span class="hidden">Instance</span><select id="instance" @change=${(event) => choose(event.target.value)}>
    ${option('self', 'This instance')}${others.map((each) => option(each.id, each.state === 'down' ? `${each.name} (down)` : each.name))}
    ${option('all', 'All instances')}</select></label>`;
}

/** The page begins anew, so that nothing of another instance is left. Ids of requests are those of one instance. */
function choose(id) {
  const { id: view, detail } = readRoute();
  const query = id === 'self' ? '' : `?${new URLSearchParams({ instance: id })}`;
  location.href = `${location.pathname}${query}${view === 'requests' && detail ? '#/requests' : location.hash}`;
}

const isLost = () => figures.state === 'lost' || figures.state === 'signin';
const isStale = () => isLost() && figures.now !== null;

function notice() {
  const missing = figures.now?.instances?.missing ?? [];
  return html`${!instance ? nothing : html`<p class="note" id="shown">${instance === 'all' ? html`The sum of ${session.hostname}.` : html`The instance <b>${value(instance, 100)}</b>, read only.`}</p>`}
    ${isLost() ? html`<p class="verdict bad" id="lost" role="status">${value(figures.error?.message ?? 'The connection is lost.')}
      ${figures.now ? html`What you see is of ${time(figures.now.time)}.` : nothing} ${figures.error?.signIn ? html`<a href=".">Reload the page</a>` : 'The page tries again by itself.'}</p>`
      : missing.length ? html`<p class="verdict bad" id="missing" role="status">${missing.map((each) => html`<b>${value(each.id, 100)}</b> is missing: it ${value(each.reason)}. `)}</p>` : nothing}`;
}

/** Instead of a view, as long as the instance has not answered. */
function unreachable() {
  return html`${heading(instance && instance !== 'all' ? value(instance, 100) : entryOf(readRoute()).title)}${failure(sessionError, start)}`;
}

function themes() {
  const theme = document.documentElement.dataset.theme ?? 'system';
  return html`<label class="theme"><span class="hidden">Theme</span><select .value=${current(theme)} @change=${(event) => setTheme(event.target.value)}>
    ${THEMES.map((each) => html`<option value=${each} ?selected=${each === theme}>${each === 'system' ? 'System theme' : each === 'light' ? 'Light' : 'Dark'}</option>`)}</select></label>`;
}

function setTheme(theme) {
  if (theme === 'system') {
    delete document.documentElement.dataset.theme;
  }
  else {
    document.documentElement.dataset.theme = theme;
  }
  try {
    localStorage.setItem('cairn-theme', theme);
  }
  catch (error) {
    // Without storage, the choice lasts as long as the page
  }
  update();
}

function search(event) {
  event.preventDefault();
  const text = new FormData(event.target).get('id').trim();
  if (text) {
    location.hash = `#/find/${encodeURIComponent(text)}`;
  }
}

function skip(event) {
  event.preventDefault();
  document.getElementById('main').focus();
}

addEventListener('hashchange', navigate);
figures.addEventListener('state', () => {
  mark(figures.state);
  update();
});
figures.addEventListener('live', () => {
  mark(`${(figures.now.instances?.missing ?? []).map((each) => each.id)}`);
  shown?.view.live?.(figures.now);
  update();
});
root.replaceChildren();
start();
