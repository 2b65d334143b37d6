package dev.cairn.engine;

import java.time.InstantSource;

import dev.cairn.Message;
import dev.cairn.Message.Limits;
import dev.cairn.Origin;
import dev.cairn.Redactor;
import dev.cairn.internal.Fields;

/**
 * Values that all messages of a service have in common.
 */
record MessageDefaults(Origin origin, Limits limits, Redactor redactor, InstantSource clock) {

	ValueCopier newCopier() {
		return new ValueCopier(this.limits, this.redactor);
	}

	/** Copies a finished message of another service, whose fields keep their names. */
	Message copy(Message message) {
		ValueCopier copier = newCopier();
		Fields fields = copier.copyMap(message.fields(), 0);
		String payload = copier.copyText(message.payload());
		String logger = copier.copyText(copier.name(message.logger()));
		return new Message(message.id(), message.type(), message.timestamp(), logger, message.severity(), payload,
				fields, message.origin(), message.trace(), message.category(),
				message.truncated() || copier.isTruncated(), message.thrown());
	}

}
