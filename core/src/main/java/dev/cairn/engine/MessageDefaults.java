package dev.cairn.engine;

import java.time.InstantSource;

import dev.cairn.Message.Limits;
import dev.cairn.Origin;
import dev.cairn.Redactor;

/**
 * Values that all messages of a service have in common.
 *
 * @param origin the service and process that they come from
 * @param limits the limits of their fields
 * @param redactor removes secrets
 * @param clock the clock from which they have their time
 */
record MessageDefaults(Origin origin, Limits limits, Redactor redactor, InstantSource clock) {

	FieldsCopier newCopier() {
		return new FieldsCopier(this.limits, this.redactor);
	}

}
