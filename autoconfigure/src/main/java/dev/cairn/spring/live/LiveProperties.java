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
 * Live counts of events.
 *
 * @param enabled Whether to count events if the cairnevents endpoint is exposed.
 * @param pages Routes whose successful GET requests are page views. Supports the *
 * wildcard.
 * @param conversions Steps that lead to a goal, by the name of the conversion.
 * @param conversionVisitors Maximum number of visitors whose progress each conversion
 * remembers, and of ids of identified visitors.
 */
@ConfigurationProperties("cairn.live")
record LiveProperties(@DefaultValue("true") boolean enabled, @DefaultValue("*") List<String> pages,
		@DefaultValue Map<String, ConversionProperties> conversions, @DefaultValue("10000") int conversionVisitors) {

	private static final int MAX_VISITORS = 10_000_000;

	List<NamePattern> toPages() {
		List<NamePattern> patterns = new ArrayList<>();
		for (int i = 0; i < this.pages.size(); i++) {
			String pattern = this.pages.get(i);
			patterns.add(InvalidProperty.check("cairn.live.pages[" + i + "]", pattern, () -> NamePattern.of(pattern)));
		}
		return patterns;
	}

	Map<String, Funnel> toFunnels() {
		InvalidProperty.requireRange("cairn.live.conversion-visitors", this.conversionVisitors, this.conversionVisitors,
				1, MAX_VISITORS);
		Map<String, Funnel> funnels = new LinkedHashMap<>();
		this.conversions.forEach((name, conversion) -> funnels.put(name,
				conversion.toFunnel("cairn.live.conversions." + name, this.conversionVisitors)));
		return funnels;
	}

	/**
	 * Steps that lead to a goal.
	 *
	 * @param steps Types of the events, in the order of the steps.
	 * @param within Maximum time from the first step to the last.
	 */
	record ConversionProperties(@DefaultValue List<String> steps, @DefaultValue("1h") Duration within) {

		Funnel toFunnel(String property, int maxVisitors) {
			InvalidProperty.requireDuration(property + ".within", this.within);
			for (int i = 0; i < this.steps.size(); i++) {
				String step = this.steps.get(i);
				InvalidProperty.check(property + ".steps[" + i + "]", step, () -> Message.checkType(step));
			}
			return InvalidProperty.check(property + ".steps", this.steps,
					() -> new Funnel(this.steps, this.within, maxVisitors));
		}

	}

}
