package dev.cairn.collector;

import java.time.Duration;
import java.util.Map;

import dev.cairn.Message;
import dev.cairn.Sampler;
import dev.cairn.spring.core.InvalidProperty;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.StringUtils;

/**
 * The beacon: a script that sends what happens in pages to the collector.
 *
 * @param enabled Whether to serve the script of the beacon and its configuration.
 * @param key Key of the collector that pages send with. Everybody can read it, so it
 * should have origins and a rate.
 * @param sample Fraction of the page loads to keep, 0 (none) to 1 (all).
 * @param consent Whether nothing is recorded until the page gives the consent with
 * cairn('consent', true).
 * @param store Whether messages that could not be sent stay in the session storage of the
 * tab until its next page sends them.
 * @param interactions Whether to record all clicks and submitted forms as interactions.
 * @param maxAge Maximum time until pages notice a change of the points and the sampling.
 * @param points Points that record clicks on elements, or submitted forms, by name.
 */
@ConfigurationProperties("cairn.beacon")
record BeaconProperties(@DefaultValue("false") boolean enabled, @Nullable String key, @DefaultValue("1") double sample,
		@DefaultValue("false") boolean consent, @DefaultValue("true") boolean store,
		@DefaultValue("false") boolean interactions, @DefaultValue("1m") Duration maxAge,
		@DefaultValue Map<String, PointProperties> points) {

	private static final String PREFIX = "cairn.beacon.";

	private static final int MAX_POINTS = 100;

	/** Checks what a page could only ignore. */
	BeaconProperties checked() {
		InvalidProperty.check(PREFIX + "sample", this.sample, () -> Sampler.checkRate(this.sample));
		InvalidProperty.requireDurationOrZero(PREFIX + "max-age", this.maxAge);
		InvalidProperty.requireRange(PREFIX + "points", this.points.size() + " points", this.points.size(), 0,
				MAX_POINTS);
		this.points.forEach((name, point) -> point.check(PREFIX + "points." + name, name));
		return this;
	}

	/**
	 * A point that records clicks on elements, or submitted forms.
	 *
	 * @param selector CSS selector of the elements.
	 * @param type Type of the event. Defaults to the name of the point.
	 * @param on Action to record: a click on the element, or a form that is submitted.
	 * @param fields Attributes of the element by the name of the field. Only attributes
	 * whose names begin with data- are read.
	 * @param enabled Whether to record anything.
	 */
	record PointProperties(@Nullable String selector, @Nullable String type, @DefaultValue("click") On on,
			@DefaultValue Map<String, String> fields, @DefaultValue("true") boolean enabled) {

		private void check(String property, String name) {
			InvalidProperty.check(property + ".selector", this.selector, () -> {
				if (!StringUtils.hasText(this.selector)) {
					throw new IllegalArgumentException("It must be a CSS selector, such as #buy.");
				}
				return this.selector;
			});
			InvalidProperty.check(property + ".type", type(name), () -> {
				Message.checkType(type(name));
				if (Message.isReserved(type(name))) {
					throw new IllegalArgumentException("It is reserved for Cairn's own messages. Use another type.");
				}
				return name;
			});
			this.fields.forEach((field, attribute) -> InvalidProperty.check(property + ".fields." + field, attribute,
					() -> checkAttribute(attribute)));
		}

		/** Never the values that a person has entered. */
		private static String checkAttribute(String attribute) {
			if (!attribute.matches("data-[a-z0-9_.-]+")) {
				throw new IllegalArgumentException("It must be the name of an attribute that begins with data-.");
			}
			return attribute;
		}

		String type(String name) {
			return (this.type != null) ? this.type : name;
		}

	}

	/**
	 * The action that a point records.
	 */
	enum On {

		/** A click on the element or what is in it. */
		CLICK,
		/** A form that is submitted. */
		SUBMIT

	}

}
