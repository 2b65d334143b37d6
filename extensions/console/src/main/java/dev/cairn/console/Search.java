package dev.cairn.console;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Pattern;

import dev.cairn.NamePattern;
import dev.cairn.Trace;
import dev.cairn.console.Timeline.Snapshot;
import dev.cairn.spring.metrics.Conditions;

/**
 * The filters of the list of requests. The cheap ones come first.
 */
final class Search {

	private static final Pattern STATUS = Pattern.compile("[1-5]xx|[1-5]\\d\\d");

	private static final Pattern TRACE = Pattern.compile("[0-9a-f]{4,32}");

	private Search() {
	}

	static Predicate<Snapshot> of(ConsoleRequest request, Views views, Texts texts) {
		RequestTerms terms = new RequestTerms(texts);
		List<Predicate<Snapshot>> all = new ArrayList<>();
		String kind = request.word("kind", List.of("request", "record", "task"));
		if (kind != null) {
			all.add((each) -> each.timeline().kind != null && Views.lower(each.timeline().kind).equals(kind));
		}
		String state = request.word("state", List.of("active", "ended"));
		if (state != null) {
			all.add((each) -> each.ended() == state.equals("ended"));
		}
		String outcome = request.word("outcome", List.of("success", "failure", "aborted"));
		if (outcome != null) {
			all.add((each) -> each.outcome() != null && Views.lower(each.outcome()).equals(outcome));
		}
		String slow = request.word("slow", List.of("true", "false"));
		if (slow != null) {
			all.add((each) -> String.valueOf(views.isSlow(each)).equals(slow));
		}
		String status = request.parameter("status");
		if (status != null) {
			all.add(status(status));
		}
		pattern(request, "route", terms, all);
		pattern(request, "user", terms, all);
		String trace = request.parameter("trace");
		if (trace != null) {
			all.add(trace(trace.toLowerCase(Locale.ROOT)));
		}
		long least = request.number("min_ms", 0, 0, Integer.MAX_VALUE);
		if (least > 0) {
			all.add((each) -> each.duration().toMillis() >= least);
		}
		all.add(Conditions.parseAll(request.parameters("where"), terms));
		String text = request.parameter("text");
		if (text != null) {
			String wanted = text.toLowerCase(Locale.ROOT);
			all.add((each) -> terms.all(each).anyMatch((found) -> found.toLowerCase(Locale.ROOT).contains(wanted)));
		}
		return all.stream().reduce((each) -> true, Predicate::and);
	}

	private static void pattern(ConsoleRequest request, String name, RequestTerms terms,
			List<Predicate<Snapshot>> all) {
		String text = request.parameter(name);
		if (text != null) {
			NamePattern pattern = NamePattern.of(text);
			all.add((each) -> terms.texts(each, name).stream().anyMatch(pattern::matches));
		}
	}

	private static Predicate<Snapshot> trace(String prefix) {
		if (!TRACE.matcher(prefix).matches()) {
			throw new IllegalArgumentException(
					"trace must be 4 to 32 hex digits with which the id begins, but was '" + prefix + "'");
		}
		return (each) -> {
			Trace known = each.trace();
			return known != null && known.traceId().startsWith(prefix);
		};
	}

	private static Predicate<Snapshot> status(String text) {
		List<String> wanted = Arrays.stream(text.toLowerCase(Locale.ROOT).split(",")).map(String::strip).toList();
		if (!wanted.stream().allMatch((each) -> STATUS.matcher(each).matches())) {
			throw new IllegalArgumentException(
					"status must be a number, a class such as 5xx, or a list of them, but was '" + text + "'");
		}
		return (each) -> {
			RequestDetails details = each.request();
			String status = (details != null) ? String.valueOf(details.status()) : "";
			return wanted.stream().anyMatch((one) -> isStatus(status, one));
		};
	}

	private static boolean isStatus(String status, String wanted) {
		return wanted.endsWith("xx") ? !status.isEmpty() && status.charAt(0) == wanted.charAt(0)
				: status.equals(wanted);
	}

}
