import { get } from './api.js';

/**
 * What was read from one address: value or error. Reading again keeps the value until there is a new one, and a late
 * answer never replaces a newer one.
 */
export class Resource {

  constructor(update) {
    this.update = update;
    this.value = null;
    this.error = null;
    this.loading = false;
  }

  async read(path, parameters) {
    this.controller?.abort();
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
      }
    }
    if (controller === this.controller) {
      this.loading = false;
      this.update();
    }
  }

  close() {
    this.controller?.abort();
    this.controller = null;
  }

}
