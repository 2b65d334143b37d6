package dev.cairn.spring.live;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.cairn.Message;
import dev.cairn.NamePattern;
import dev.cairn.spring.core.InvalidProperty;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What happens right now, counted in process.
 *
 * @param enabled Whether events are counted where the endpoint cairnevents is exposed.
 * @param pages Routes whose GET requests are page views when they succeed; a star stands
 * for any characters.
 * @param types Number of types of events that are told apart in a minute, hour or day.
 * @param conversions Steps that lead to a goal, by the name of the conversion.
 * @param conversionVisitors Number of visitors of whom each conversion remembers how far
 * they came.
 */
@ConfigurationProperties("cairn.live")
record LiveProperties(@DefaultValue("true") boolean enabled, @DefaultValue("*") List<String> pages,
		@DefaultValue("100") int types, @DefaultValue Map<String, ConversionProperties> conversions,
		@DefaultValue("10000") int conversionVisitors) {

	private static final int MOST_TYPES = 10_000;

	private static final int MOST_VISITORS = 10_000_000;

	List<NamePattern> toPages() {
		List<NamePattern> patterns = new ArrayList<>();
		for (int i = 0; i < this.pages.size(); i++) {
			String pattern = this.pages.get(i);
			patterns.add(InvalidProperty.check("cairn.live.pages[" + i + "]", pattern, () -> NamePattern.of(pattern)));
		}
		return patterns;
	}

	int checkedTypes() {
		InvalidProperty.requireRange("cairn.live.types", this.types, this.types, 1, MOST_TYPES);
		return this.types;
	}

	int checkedConversionVisitors() {
		InvalidProperty.requireRange("cairn.live.conversion-visitors", this.conversionVisitors, this.conversionVisitors,
				1, MOST_VISITORS);
		return this.conversionVisitors;
	}

	Map<String, Conversion> toConversions() {
		Map<String, Conversion> made = new LinkedHashMap<>();
		this.conversions
			.forEach((name, conversion) -> made.put(name, conversion.toConversion("cairn.live.conversions." + name)));
		return made;
	}

	/**
	 * Steps that lead to a goal.
	 *
	 * @param steps Types of events, in the order in which a visitor takes them.
	 * @param within Time from the first step to the last.
	 */
	record ConversionProperties(@DefaultValue List<String> steps, @DefaultValue("1h") Duration within) {

		Conversion toConversion(String property) {
			InvalidProperty.requireDuration(property + ".within", this.within);
			for (int i = 0; i < this.steps.size(); i++) {
				String step = this.steps.get(i);
				InvalidProperty.check(property + ".steps[" + i + "]", step, () -> Message.checkType(step));
			}
			return InvalidProperty.check(property + ".steps", this.steps,
					() -> new Conversion(this.steps, this.within));
		}

	}

}
