package dev.cairn.spring.metrics;

import java.util.ArrayList;
import java.util.List;

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
		List<Tag> redacted = new ArrayList<>();
		boolean changed = false;
		for (Tag tag : id.getTagsAsIterable()) {
			String value = this.redactor.isSensitive(tag.getKey()) ? Redactor.MASK
					: this.redactor.redact(tag.getValue());
			changed |= !value.equals(tag.getValue());
			redacted.add(Tag.of(tag.getKey(), value));
		}
		return changed ? id.replaceTags(redacted) : id;
	}

}
