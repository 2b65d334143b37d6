package dev.cairn.spring.metrics;

import dev.cairn.redaction.Redactor;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;

/**
 * Masks values of tags that have the shape of a secret, whatever their key is.
 */
final class RedactingMeterFilter implements MeterFilter {

	private final Redactor redactor;

	RedactingMeterFilter(Redactor redactor) {
		this.redactor = redactor;
	}

	@Override
	public Meter.Id map(Meter.Id id) {
		return id.replaceTags(id.getTags().stream().map(this::redact).toList());
	}

	private Tag redact(Tag tag) {
		return Tag.of(tag.getKey(), this.redactor.redactShapes(tag.getValue()));
	}

}
