/** Reads and changes what the server has. All addresses are relative to the page. */

const selected = new URLSearchParams(location.search).get('instance');

/** The instance that is shown: null for the one that serves the page, the name of a peer, or 'all' for the sum. */
export const instance = selected && selected !== 'self' ? selected : null;

/** Peers are read through the instance that serves the page. */
const scoped = (path) => (instance && path.startsWith('api/') ? `api/instances/${encodeURIComponent(instance)}/${path.slice(4)}` : path);

/** Returns the address of a view of an instance. Elements of a sum have the name of theirs. */
export const addressOn = (element, hash) => (element.instance ? `?instance=${encodeURIComponent(element.instance)}${hash}` : hash);

export class ApiError extends Error {

  constructor(status, message) {
    super(message);
    this.status = status;
  }

  get signIn() {
    return this.status === 401 || this.status === 403;
  }

  /** Whether it may be over soon. What has read it tries again. */
  get temporary() {
    return this.status === 0 || this.status >= 500;
  }

}

export function address(path, parameters = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    for (const each of Array.isArray(value) ? value : [value]) {
      if (each !== undefined && each !== null && each !== '' && each !== false) {
        query.append(name, each);
      }
    }
  }
  return query.size ? `${path}?${query}` : path;
}

export async function get(path, parameters, signal) {
  return answer(await send(address(scoped(path), parameters), { signal }));
}

/** The instance that serves the page and its peers. */
export async function instances() {
  return (await answer(await send('api/instances', {}))).instances;
}

/** POST or DELETE, with the token against CSRF where there is one. */
export async function change(session, method, path, body) {
  const attempt = () => send(path, {
    method,
    headers: {
      ...(body ? { 'Content-Type': 'application/json' } : {}),
      ...(session.csrf ? { [session.csrf.header]: session.csrf.token } : {})
    },
    body: body ? JSON.stringify(body) : undefined
  });
  let response = await attempt();
  if (response.status === 403) {
    // A token ends with its session
    session.csrf = (await get('api/session')).csrf;
    response = await attempt();
  }
  return answer(response);
}

async function send(path, options) {
  try {
    return await fetch(path, { credentials: 'same-origin', cache: 'no-store', ...options,
      headers: { Accept: 'application/json', ...options.headers } });
  }
  catch (error) {
    if (error.name === 'AbortError') {
      throw error;
    }
    throw new ApiError(0, 'The service does not answer.');
  }
}

async function answer(response) {
  const json = /[/+]json\b/.test(response.headers.get('Content-Type') ?? '');
  if (response.ok && json) {
    return response.json();
  }
  if (response.ok && response.status === 204) {
    return null;
  }
  if (response.ok) {
    // A redirect to a page for signing in
    throw new ApiError(401, 'Sign in to see this.');
  }
  throw new ApiError(response.status, await reason(response, json));
}

async function reason(response, json) {
  if (response.status === 401) {
    return 'Sign in to see this.';
  }
  const body = json ? await response.json().catch(() => ({})) : {};
  // Problem details and Boot's errors have other names for it
  const text = body.error && body.error !== 'Bad Request' ? body.error : body.detail ?? body.message ?? body.error;
  if (response.status === 403) {
    return 'You are not permitted to do this.';
  }
  return typeof text === 'string' ? text : `The service answered with the status ${response.status}.`;
}
