package dev.cairn.sample.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * StatsD's management port: what the server has received since its last flush. It answers
 * as Node prints objects, which shows a hundred elements of an array and the number of
 * the others.
 */
final class StatsdAdmin {

	private static final String NAME = "(?:'([^']+)'|(\\w+)): ";

	private static final Pattern COUNTER = Pattern.compile(NAME + "(-?[\\d.e+-]+)");

	private static final Pattern TIMER = Pattern.compile(NAME + "\\[([^\\]]*)\\]");

	private static final Pattern MORE = Pattern.compile("\\.\\.\\. (\\d+) more items?");

	private static final Pattern BAD_LINES = Pattern.compile("messages\\.bad_lines_seen: (\\d+)");

	private final int port;

	StatsdAdmin(int port) {
		this.port = port;
	}

	/**
	 * Return counters.
	 * @param names matches the names that count; values whose groups are equal are added
	 * @return values by the groups of the names
	 */
	Map<String, Long> counters(String names) {
		return collect(names, COUNTER, ask("counters"), (value) -> (long) Double.parseDouble(value), Long::sum);
	}

	/**
	 * Return counters with their fractions.
	 * @param names matches the names that count; values whose groups are equal are added
	 * @return values by the groups of the names
	 */
	Map<String, Double> exactCounters(String names) {
		return collect(names, COUNTER, ask("counters"), Double::parseDouble, Double::sum);
	}

	/**
	 * Return gauges.
	 * @param names matches the names that count
	 * @return values by the groups of the names
	 */
	Map<String, Double> gauges(String names) {
		return collect(names, COUNTER, ask("gauges"), Double::parseDouble, (one, other) -> other);
	}

	/**
	 * Return how many values timers have received.
	 * @param names matches the names that count; numbers whose groups are equal are added
	 * @return numbers by the groups of the names
	 */
	Map<String, Long> timers(String names) {
		return collect(names, TIMER, ask("timers"), StatsdAdmin::elements, Long::sum);
	}

	long received() {
		return counters("(statsd.metrics_received)").values().iterator().next();
	}

	long badLines() {
		Matcher badLines = BAD_LINES.matcher(ask("stats"));
		return badLines.find() ? Long.parseLong(badLines.group(1)) : -1;
	}

	private static <T> Map<String, T> collect(String names, Pattern entry, String answer, Function<String, T> value,
			BinaryOperator<T> merge) {
		Map<String, T> found = new TreeMap<>();
		entry.matcher(answer).results().forEach((match) -> {
			String quoted = match.group(1);
			Matcher name = Pattern.compile(names).matcher((quoted != null) ? quoted : match.group(2));
			if (name.matches()) {
				String groups = IntStream.rangeClosed(1, name.groupCount())
					.mapToObj(name::group)
					.collect(Collectors.joining(" "));
				found.merge(groups, value.apply(match.group(3)), merge);
			}
		});
		return found;
	}

	private static long elements(String array) {
		Matcher more = MORE.matcher(array);
		long hidden = more.find() ? Long.parseLong(more.group(1)) : 0;
		String shown = more.replaceAll("").trim();
		return hidden + shown.chars().filter((character) -> character == ',').count() + (shown.endsWith(",") ? 0 : 1);
	}

	private String ask(String command) {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), this.port);
				BufferedReader answer = new BufferedReader(
						new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
			socket.getOutputStream().write((command + "\n").getBytes(StandardCharsets.UTF_8));
			return answer.lines().takeWhile((line) -> !line.equals("END")).collect(Collectors.joining("\n"));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
