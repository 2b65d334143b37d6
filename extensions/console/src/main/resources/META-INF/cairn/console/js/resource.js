import { get } from './api.js';

const RETRY_MS = 5000;

/** Does something after a while, and not before somebody looks at the page. Returns what cancels it. */
export function later(action) {
  const look = () => {
    if (!document.hidden) {
      cancel();
      action();
    }
  };
  const timer = setTimeout(() => {
    document.addEventListener('visibilitychange', look);
    look();
  }, RETRY_MS);
  const cancel = () => {
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', look);
  };
  return cancel;
}

/**
 * What was read from one address: value or error. Reading again keeps the value until there is a new one, and a late
 * answer never replaces a newer one. It reads again by itself while the service does not answer.
 */
export class Resource {

  constructor(update) {
    this.update = update;
    this.value = null;
    this.error = null;
    this.loading = false;
  }

  async read(path, parameters) {
    this.close();
    const controller = (this.controller = new AbortController());
    this.loading = true;
    try {
      const value = await get(path, parameters, controller.signal);
      if (controller === this.controller) {
        this.value = value;
        this.error = null;
      }
    }
    catch (error) {
      if (controller === this.controller) {
        this.error = error;
        if (error.temporary) {
          this.cancel = later(() => this.read(path, parameters));
        }
      }
    }
    if (controller === this.controller) {
      this.loading = false;
      this.update();
    }
  }

  close() {
    this.cancel?.();
    this.controller?.abort();
    this.controller = null;
  }

}
