package dev.cairn.spring.metrics;

import java.util.Collection;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The meaning of the names in conditions for meters: numbers, and else tags.
 */
final class MeterTerms implements Conditions.Terms<MeterView> {

	@Override
	public String name(MeterView meter) {
		return meter.name();
	}

	@Override
	public Collection<String> texts(MeterView meter, String key) {
		String tag = meter.tag(key);
		return (tag != null) ? List.of(tag) : List.of();
	}

	@Override
	public @Nullable Double number(MeterView meter, String key) {
		return meter.number(key);
	}

	@Override
	public List<String> numbers() {
		return MeterView.NUMBERS;
	}

}
