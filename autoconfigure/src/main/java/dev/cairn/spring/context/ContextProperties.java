package dev.cairn.spring.context;

import java.util.List;
import java.util.Set;

import dev.cairn.context.BoundContext;
import dev.cairn.spring.core.InvalidProperty;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Bound values.
 *
 * @param mdc Whether bound values are written into the MDC, so that log lines contain
 * them.
 * @param baggage Names of bound values that are sent to other services in the header
 * baggage, and bound if they are received.
 * @param meterTags Names of bound values that are tags of the meters of observations.
 * Each name should have few values.
 */
@ConfigurationProperties("cairn.context")
record ContextProperties(@DefaultValue("true") boolean mdc, @DefaultValue List<String> baggage,
		@DefaultValue List<String> meterTags) {

	Set<String> checkedBaggage() {
		return checked("baggage", this.baggage);
	}

	Set<String> checkedMeterTags() {
		return checked("meter-tags", this.meterTags);
	}

	private static Set<String> checked(String property, List<String> names) {
		names.forEach(
				(name) -> InvalidProperty.check("cairn.context." + property, name, () -> BoundContext.checkName(name)));
		return Set.copyOf(names);
	}

}
