package dev.cairn.spring.switches;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import dev.cairn.Sampler;
import dev.cairn.internal.Text;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.convert.DurationStyle;
import org.springframework.util.Assert;

/**
 * A request for a switch, as it was sent. The methods throw an
 * {@link IllegalArgumentException} with the reason if a part is missing or invalid.
 *
 * @param kind the kind of the target
 * @param target what to switch
 * @param value what to switch it to
 * @param condition the condition of a point
 * @param fields the fields of a point
 * @param duration how long
 */
record SwitchRequest(@Nullable String kind, @Nullable String target, @Nullable String value, @Nullable String condition,
		@Nullable String fields, @Nullable String duration) {

	static final String ON = "on";

	static final String OFF = "off";

	private static final int MAX_LENGTH = 2000;

	/**
	 * A number without a unit would be in milliseconds, which is hardly ever intended.
	 */
	private static final Pattern NUMBER = Pattern.compile("[-+]?[0-9.]*");

	SwitchRequest {
		Stream.of(kind, target, value, condition, fields, duration).forEach(SwitchRequest::check);
	}

	private static void check(@Nullable String text) {
		Assert.isTrue(text == null || text.length() <= MAX_LENGTH,
				() -> "a value must have at most " + MAX_LENGTH + " characters");
		Assert.isTrue(text == null || text.chars().noneMatch((c) -> Text.isControl((char) c)),
				"a value must not contain control characters");
	}

	String requiredTarget() {
		return required("target", this.target);
	}

	String requiredValue() {
		return required("value", this.value);
	}

	private static String required(String name, @Nullable String value) {
		if (value == null || value.isBlank()) {
			throw new IllegalArgumentException(name + " is required");
		}
		return value.trim();
	}

	double rate() {
		String text = requiredValue();
		if (ON.equalsIgnoreCase(text) || OFF.equalsIgnoreCase(text)) {
			return ON.equalsIgnoreCase(text) ? 1 : 0;
		}
		try {
			return Sampler.checkRate(Double.parseDouble(text));
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException("value must be on, off or a rate from 0 to 1, but was '" + text + "'",
					ex);
		}
	}

	boolean isOn() {
		String text = requiredValue();
		Assert.isTrue(ON.equalsIgnoreCase(text) || OFF.equalsIgnoreCase(text),
				() -> "value must be on or off, but was '" + text + "'");
		return ON.equalsIgnoreCase(text);
	}

	void requireNoPoint() {
		Assert.isTrue(this.condition == null && this.fields == null, "only a point has a condition and fields");
	}

	/** Returns the expressions of the fields by name. */
	Map<String, String> parsedFields() {
		Map<String, String> parsed = new LinkedHashMap<>();
		String text = (this.fields != null) ? this.fields : "";
		for (String field : text.split(";")) {
			int separator = field.indexOf('=');
			if (separator > 0 && separator < field.length() - 1) {
				parsed.put(field.substring(0, separator).trim(), field.substring(separator + 1).trim());
			}
			else {
				Assert.isTrue(field.isBlank(),
						() -> "fields must be 'name=expression' separated by ';', but was '" + field.trim() + "'");
			}
		}
		return parsed;
	}

	Duration duration(Duration byDefault, Duration longest) {
		Duration parsed = (this.duration != null) ? parse(this.duration.trim()) : byDefault;
		Assert.isTrue(parsed.compareTo(Duration.ZERO) > 0,
				() -> "duration must be more than 0, but was '" + this.duration + "'");
		Assert.isTrue(parsed.compareTo(longest) <= 0, () -> "duration must be at most " + longest
				+ " (cairn.switches.max-duration), but was '" + this.duration + "'");
		return parsed;
	}

	private static Duration parse(String text) {
		try {
			Assert.isTrue(!NUMBER.matcher(text).matches(), "the unit is missing");
			return DurationStyle.detectAndParse(text);
		}
		catch (IllegalArgumentException | ArithmeticException | DateTimeParseException ex) {
			throw new IllegalArgumentException("duration must be such as 10m, 2h or PT10M, but was '" + text + "'", ex);
		}
	}

}
