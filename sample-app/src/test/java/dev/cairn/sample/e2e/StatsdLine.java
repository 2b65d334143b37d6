package dev.cairn.sample.e2e;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.micrometer.statsd.StatsdFlavor;
import org.jspecify.annotations.Nullable;

/**
 * A line as a server of one flavor has to read it: nothing is forgiven.
 *
 * @param name the name
 * @param tags the tags
 * @param values one value, or several where the flavor packs them
 * @param type the type, such as {@code c}
 * @param rate what fraction of the samples it stands for
 */
record StatsdLine(String name, Map<String, String> tags, List<BigDecimal> values, String type, double rate) {

	private static final String WORD = "[^\\p{Cntrl}:|@#,=]+";

	private static final String NUMBER = "-?\\d+(?:\\.\\d+)?";

	private static final String RATE = "(?:\\|@(?<rate>0\\.\\d+))?";

	/** The common part of Telegraf and Sysdig. */
	private static final String TAGS = "(?<tags>%1$s=%1$s(?:,%1$s=%1$s)*)".formatted(WORD);

	private static final String REST = ":(?<values>" + NUMBER + ")\\|(?<type>c|g|ms|h)" + RATE;

	private static final Map<StatsdFlavor, Pattern> GRAMMARS = Map.of(StatsdFlavor.DATADOG,
			Pattern.compile(
					"(?<name>%1$s):(?<values>%2$s(?::%2$s)*)\\|(?<type>c|g|ms|h|d)%3$s".formatted(WORD, NUMBER, RATE)
							+ "(?:\\|#(?<tags>%1$s:%2$s(?:,%1$s:%2$s)*))?".formatted(WORD, "[^\\p{Cntrl}|@#,=]+")),
			StatsdFlavor.TELEGRAF, Pattern.compile("(?<name>" + WORD + ")(?:," + TAGS + ")?" + REST),
			StatsdFlavor.SYSDIG, Pattern.compile("(?<name>" + WORD + ")(?:#" + TAGS + ")?" + REST));

	/**
	 * Read a line.
	 * @param flavor what the server understands
	 * @param line the line
	 * @return the parsed line
	 * @throws IllegalArgumentException when it is malformed
	 */
	static StatsdLine parse(StatsdFlavor flavor, String line) {
		Matcher matcher = GRAMMARS.get(flavor).matcher(line);
		if (!matcher.matches()) {
			throw new IllegalArgumentException("Not a line of " + flavor + ": " + line);
		}
		String rate = matcher.group("rate");
		return new StatsdLine(matcher.group("name"), tags(matcher.group("tags")),
				Arrays.stream(matcher.group("values").split(":")).map(BigDecimal::new).toList(), matcher.group("type"),
				(rate != null) ? Double.parseDouble(rate) : 1);
	}

	private static Map<String, String> tags(@Nullable String text) {
		Map<String, String> tags = new TreeMap<>();
		if (text != null) {
			for (String tag : text.split(",")) {
				String[] pair = tag.split("[:=]", 2);
				if (tags.put(pair[0], pair[1]) != null) {
					throw new IllegalArgumentException("Twice the same tag: " + text);
				}
			}
		}
		return tags;
	}

	BigDecimal sum() {
		return this.values.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
	}

	/** Return how many samples it stands for. */
	double samples() {
		return this.values.size() / this.rate;
	}

}
