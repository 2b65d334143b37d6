/*
 * The beacon of Cairn: sends what happens in a page to the collector beside it. The server removes comments and
 * indentation, see src/docs/beacon.md. Nothing here may change or stop the page: whatever the browser calls is guarded,
 * and whatever is held is bounded.
 */
(() => {
  const known = window.cairn;
  // Nothing is sent or stored for people who ask for that
  if (navigator.globalPrivacyControl || navigator.doNotTrack === '1') {
    window.cairn = () => {};
    return;
  }
  // The script is in the page twice
  if (known?.traceparent) {
    return;
  }

  const MAX_MESSAGES = 100;
  const MAX_BATCH = 20;
  // Characters, which may have three bytes each. Browsers send at most 64 KiB when a page is left
  const MAX_LENGTH = 20000;
  const MAX_ERRORS = 10;
  const LINGER_MS = 3000;
  const STORED = 'cairn';
  // Names with digits are generated, or those of a person
  const STABLE = /^[a-z][a-z_-]{0,39}$/i;

  const base = document.currentScript.src.replace(/[?#].*/, '').replace(/[^/]*$/, '');
  const navigation = performance.getEntriesByType('navigation')[0] || {};
  const hiddenAtFirst = document.hidden;

  // The settings of the server
  let config;
  let consent;
  // Whether the client may be described; undefined until the configuration has been read
  let allowed;
  let recording = true;
  let queue = [];
  let actions = [];
  let dropped = 0;
  let failures = 0;
  let busy;
  let timer;
  let page;
  let pageId;
  let errors = 0;
  let seen;

  const guard = (work) => (argument) => {
    try {
      return work(argument);
    } catch (ex) {
      // Never an error of the page
    }
  };

  const on = (target, types, work) => types.split(' ').forEach((type) => target.addEventListener(type, guard(work), true));

  const text = (value, length) => {
    try {
      return String(value).slice(0, length || 300);
    } catch (ex) {
      return '?';
    }
  };

  // An address without credentials, query and fragment
  const address = (url) => text(url).replace(/[?#].*/, '').replace(/\/\/[^/]*@/, '//');

  const hex = (bytes) => Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (each) => (each + 256).toString(16).slice(1)).join('');

  // The trace of the request for the page, or else a new one
  const timing = (navigation.serverTiming || []).find((each) => each.name === 'traceparent');
  const meta = document.querySelector('meta[name=traceparent]');
  const trace = [timing?.description, meta?.content, '00-' + hex(16) + '-' + hex(8) + '-01']
    .map((each) => /^00-(\w{32})-(\w{16})-\w\w$/.exec(each))
    .find(Boolean);

  // A message has a UUID of version 7. The collector stores an id once, so that messages can be sent again
  const record = (type, fields, more) => {
    if (recording && /^[\w.:/-]{1,200}$/.test(type)) {
      const message = {
        category: 'behaviour', ...more, type, fields: { page, page_id: pageId, ...fields },
        id: (Date.now().toString(16).padStart(12, '0') + '7' + hex(2).slice(1) + 'a' + hex(8).slice(1))
          .replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
        timestamp: new Date(), trace_id: trace[1], span_id: trace[2]
      };
      if (queue.length < MAX_MESSAGES && JSON.stringify(message).length < MAX_LENGTH / 2) {
        queue.push(message);
        schedule(queue.length < MAX_BATCH ? LINGER_MS : 0);
        return message.id;
      }
      dropped++;
    }
  };

  const schedule = (delay) => {
    timer = timer || setTimeout(flush, delay);
  };

  // Doubles up to a minute
  const pause = () => Math.min(60000, 1000 * 2 ** failures++);

  // The messages that fit into one request
  const batch = () => {
    let length = 0;
    return queue.slice(0, MAX_BATCH).filter((each) => (length += JSON.stringify(each).length) < MAX_LENGTH);
  };

  const url = () => base + 'events?sent_at=' + new Date().toISOString() + (config.key ? '&key=' + encodeURIComponent(config.key) : '');

  const delivered = (messages) => {
    queue = queue.filter((each) => !messages.includes(each));
    save();
  };

  const flush = guard(() => {
    clearTimeout(timer);
    timer = 0;
    if (allowed && !busy && queue.length) {
      if (dropped) {
        queue[0].fields.dropped = dropped;
        dropped = 0;
      }
      const messages = busy = batch();
      fetch(url(), { method: 'POST', body: JSON.stringify(messages), keepalive: true })
        .then((response) => {
          if (response.status === 429 || response.status > 499) {
            throw response;
          }
          busy = failures = 0;
          delivered(messages);
          flush();
        })
        .catch((reason) => {
          busy = 0;
          schedule(reason.headers?.get('Retry-After') * 1000 || pause());
        });
    }
  });

  // A request of a page that is left has no outcome. If it is likely to fail, the next page sends the messages
  const leave = () => {
    measure();
    let messages;
    while (allowed && !failures && navigator.onLine && (messages = batch()).length && navigator.sendBeacon(url(), JSON.stringify(messages))) {
      delivered(messages);
    }
    save();
  };

  const save = guard(() => {
    if (allowed && config.store && queue.length) {
      sessionStorage.setItem(STORED, JSON.stringify(queue));
    } else if (config) {
      sessionStorage.removeItem(STORED);
    }
  });

  // The server evaluates the consent. The cache of the browser limits how often it is asked
  const configure = (cache) => fetch(base + 'beacon.json', { cache })
    .then((response) => response.json())
    .then((answer) => {
      config = answer;
      failures = 0;
      decide();
    })
    .catch(() => config || setTimeout(configure, pause()));

  const decide = guard(() => {
    const before = allowed;
    allowed = config.on && consent !== false && (consent || !config.consent);
    // As Sampler.draw: one decision for all that belongs to the trace
    recording = allowed && parseInt(trace[1].slice(18), 16) / 2 ** 56 < config.sample;
    if (!recording) {
      queue = [];
      actions = [];
    } else if (before === false) {
      view('consent');
    }
    if (config.sample < 1) {
      queue.forEach((each) => {
        each.fields.rate = config.sample;
      });
    }
    if (allowed && !before && config.store) {
      queue = guard(() => JSON.parse(sessionStorage.getItem(STORED)).concat(queue))() || queue;
    }
    save();
    actions.splice(0).forEach(guard(act));
    schedule(LINGER_MS);
  });

  // Page views. A route after # is a page, an anchor is none
  const currentPage = () => text(location.pathname + (/^#[!/]/.test(location.hash) ? location.hash.replace(/\?.*/, '') : ''));

  const view = (how) => {
    const referrer = how === 'load' && document.referrer && new URL(document.referrer).host;
    page = currentPage();
    pageId = undefined;
    seen = new Set();
    pageId = record('page.viewed', {
      event_version: 1, title: null, visitor: null, duration_ms: null, navigation: how,
      referrer: referrer && referrer !== location.host ? referrer : null
    });
  };

  const navigated = () => {
    if (currentPage() !== page) {
      view('history');
      config && configure();
    }
  };

  ['pushState', 'replaceState'].forEach((name) => {
    const original = history[name];
    history[name] = function () {
      const result = original.apply(this, arguments);
      guard(navigated)();
      return result;
    };
  });

  // Loading figures
  const interactions = new Map();
  const observers = [];
  let lcp;
  let cls = 0;
  let shifts = 0;
  let firstShift = 0;
  let lastShift = 0;

  const observe = (type, work, durationThreshold) => guard(() => {
    const all = guard((entries) => entries.forEach(work));
    const observer = new PerformanceObserver((list) => all(list.getEntries()));
    observer.observe({ type, buffered: true, durationThreshold });
    observers.push(() => all(observer.takeRecords()));
  })();

  observe('largest-contentful-paint', (entry) => {
    lcp = entry.startTime;
  });
  // The largest sum of shifts with pauses of less than a second, within five seconds
  observe('layout-shift', ({ startTime, value, hadRecentInput }) => {
    if (!hadRecentInput) {
      if (startTime - lastShift > 1000 || startTime - firstShift > 5000) {
        firstShift = startTime;
        shifts = 0;
      }
      lastShift = startTime;
      shifts += value;
      cls = Math.max(cls, shifts);
    }
  });
  observe('event', ({ interactionId, duration }) => {
    if (interactionId) {
      interactions.set(interactionId, Math.max(duration, interactions.get(interactionId) || 0));
      if (interactions.size > MAX_BATCH) {
        interactions.delete(slowest()[MAX_BATCH][0]);
      }
    }
  }, 40);

  const slowest = () => [...interactions].sort((a, b) => b[1] - a[1]);

  const measure = guard(() => {
    if (recording && observers.length && navigation.loadEventEnd) {
      observers.splice(0).forEach((each) => each());
      const since = (time) => time > 0 ? Math.round(Math.max(0, time - (navigation.activationStart || 0))) : null;
      const paint = performance.getEntriesByName('first-contentful-paint')[0];
      // One of fifty interactions may be slower
      const slow = slowest()[Math.min(interactions.size - 1, Math.floor(performance.interactionCount / 50))];
      record('page.loaded', {
        event_version: 1, load_ms: since(navigation.loadEventEnd), first_byte_ms: since(navigation.responseStart),
        render_ms: paint && !hiddenAtFirst ? since(paint.startTime) : null,
        lcp_ms: hiddenAtFirst ? null : since(lcp), cls: +cls.toFixed(4), inp_ms: slow?.[1],
        bytes: navigation.transferSize, errors, navigation: navigation.type
      }, { category: 'quality' });
    }
  });

  // Errors. One frame is a line, in the form that tools for source maps read
  const failed = (kind, error, message, file, line, column) => {
    const { name, message: own, stack } = Object(error);
    const frames = text(stack, 9000).split('\n')
      .map((each) => /^\s*(?:at )?(.*?)[ (@]*(\w[\w-]*:\/[^\s()]*):(\d+):(\d+)\)?$/.exec(each))
      .filter(Boolean);
    const top = frames[0] || [];
    errors++;
    problem('script.failed', {
      kind, error: name ? text(name) : null, message: text(own || message || error, 500), file: address(file || top[2] || ''),
      line: line || +top[3] || null, column: column || +top[4] || null,
      stack: frames.slice(0, 20).map((each) => text(each[1]) + '@' + address(each[2]) + ':' + each[3] + ':' + each[4]).join('\n')
    }, 3);
  };

  const problem = (type, fields, severity) => {
    const key = fields.message + fields.file + fields.line;
    if (seen.size < MAX_ERRORS && !seen.has(key)) {
      seen.add(key);
      record(type, fields, { category: 'quality', severity });
    }
  };

  // Clicks and submitted forms, never what a person has entered
  const selector = (element) => {
    const parts = [];
    for (let each = element; each && parts.length < 5; each = each.parentElement) {
      const stable = (prefix, name, suffix) => name && STABLE.test(name) ? prefix + name + suffix : '';
      const id = stable('#', each.id, '');
      parts.unshift(id || each.localName + [...each.classList].map((name) => stable('.', name, '')).slice(0, 2).join('')
        + stable('[name=', each.getAttribute('name'), ']'));
      if (id) {
        break;
      }
    }
    return text(parts.join(' > '));
  };

  const act = ({ target, type }) => {
    if (!config) {
      actions.length < MAX_BATCH && actions.push({ target, type });
      return;
    }
    const submit = type === 'submit';
    const marked = target.closest('[data-cairn-event]');
    if (marked && submit === (marked.localName === 'form')) {
      const fields = {};
      Object.keys(marked.dataset).filter((name) => /^cairn(?!Event$)/.test(name)).slice(0, MAX_BATCH).forEach((name) => {
        fields[name.slice(5).replace(/[A-Z]/g, (each) => '_' + each.toLowerCase()).slice(1)] = text(marked.dataset[name]);
      });
      record(marked.dataset.cairnEvent, fields);
    }
    config.points.forEach(guard((point) => {
      const found = target.closest(point.selector);
      if (found && submit === point.submit) {
        const fields = {};
        Object.keys(point.fields).forEach((name) => {
          fields[name] = text(found.getAttribute(point.fields[name]));
        });
        record(point.type, fields);
      }
    }));
    if (config.interactions) {
      const element = target.closest('a,button,input,select,textarea,label,summary,[role]') || target;
      record('interaction', {
        event_version: 1, action: type, place: page, target: selector(element), content: null, visitor: null,
        text_length: submit ? 0 : element.textContent.trim().length
      });
    }
  };

  window.cairn = (name, argument) => guard(() => {
    if (name === 'event') {
      record(argument.type, argument.fields, argument);
    } else if (name === 'consent') {
      consent = argument;
      config && (decide(), configure('reload'));
    }
  })();
  window.cairn.traceparent = trace[0];

  const start = guard(() => {
    view('load');
    (known?.q || []).forEach((call) => window.cairn(...call));
    configure();
    on(window, 'popstate hashchange', navigated);
    on(window, 'pagehide', leave);
    on(window, 'pageshow', (event) => event.persisted && view('restored'));
    on(window, 'online', () => {
      failures = 0;
      flush();
    });
    on(window, 'error', ({ target, error, message, filename, lineno, colno }) => {
      if (target === window) {
        failed('error', error, message, filename, lineno, colno);
      } else if (/^http/.test(target.src || target.href)) {
        problem('resource.failed', { element: target.localName, file: address(target.src || target.href) }, 4);
      }
    });
    on(window, 'unhandledrejection', ({ reason }) => failed('rejection', reason));
    on(document, 'visibilitychange', () => document.hidden ? leave() : config && configure());
    on(document, 'click submit', act);
  });

  document.prerendering ? on(document, 'prerenderingchange', start) : start();
})();
