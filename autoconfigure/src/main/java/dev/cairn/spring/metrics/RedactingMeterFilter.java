package dev.cairn.spring.metrics;

import dev.cairn.Redactor;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;

/**
 * Masks secrets in tags: values of tags whose key names a credential, and values that
 * contain one. Applied once for each new meter.
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
		return Tag.of(tag.getKey(),
				this.redactor.isSensitive(tag.getKey()) ? Redactor.MASK : this.redactor.redact(tag.getValue()));
	}

}
