package dev.cairn.analytics;

import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Compares each report with a computation in Java, over two months of generated traffic
 * with the cases that are easy to get wrong.
 */
class ReportsTests {

	private static final String FROM = "2026-01-20T00:00:00Z";

	private static final String TO = "2026-03-20T00:00:00Z";

	private static final FunnelSteps CHECKOUT = new FunnelSteps(List.of("product.viewed", "cart.added", "order.placed"),
			Duration.ofMinutes(30));

	private static final List<TestMessage> SAID = new ArrayList<>();

	@TempDir
	private static Path folder;

	@BeforeAll
	static void archive() throws Exception {
		generate(new Random(42));
		edges();
		List<String> lines = new ArrayList<>(SAID.stream().map(TestMessage::json).toList());
		lines.addAll(lines.subList(0, 200));
		Collections.shuffle(lines, new Random(7));
		WrittenBatch written = Archives.archive(folder.resolve("lake"), Archives.write(folder, lines).getParent(),
				16_000_000);
		assertThat(written.rows()).isEqualTo(SAID.size());
		assertThat(written.duplicates()).isEqualTo(200);
	}

	private static void generate(Random random) {
		for (int visitor = 0; visitor < 300; visitor++) {
			Instant time = Instant.parse(FROM).plusSeconds(random.nextInt(40 * 86_400));
			String id = "v" + visitor;
			String user = (random.nextInt(3) == 0) ? "u" + random.nextInt(60) : null;
			String country = pick(random, "DE", "FR", null);
			for (int visit = 0; visit < 1 + random.nextInt(5); visit++) {
				visit(random, id, user, id + "-" + visit, country, time);
				time = time.plusSeconds(random.nextInt(20 * 86_400));
			}
		}
		for (int i = 0; i < 200; i++) {
			Instant time = Instant.parse(FROM).plusSeconds(random.nextInt(50 * 86_400));
			SAID.add(TestMessage.of("http.request", time, "method", "GET", "route", "/", "status", 200, "duration_ms",
					1.5, "device_class", "robot"));
			SAID.add(TestMessage.of("product.viewed", time, "device_class", "robot"));
		}
	}

	private static void visit(Random random, String visitor, @Nullable String user, String visit,
			@Nullable String country, Instant start) {
		Instant time = start;
		boolean identified = false;
		String browser = pick(random, "Firefox", "Chrome", null);
		for (int i = 0; i < random.nextInt(12); i++) {
			time = time.plusSeconds(random.nextInt(900)).plus(random.nextInt(1_000_000), ChronoUnit.MICROS);
			identified |= random.nextInt(4) == 0;
			String known = identified ? user : null;
			Double rate = (random.nextInt(10) == 0) ? 0.25 : null;
			SAID.add(TestMessage.of("http.request", time, "method", pick(random, "GET", "GET", "POST"), "route",
					pick(random, "/", "/products/{id}", "/assets/**", "/checkout"), "status",
					(random.nextInt(5) != 0) ? pickStatus(random) : 500, "duration_ms", random.nextInt(100_000) / 1000d,
					"content_type", pick(random, "text/html", "application/json", "text/plain", null), "visitor",
					visitor, "visit_id", visit, "user_id", known, "browser", browser, "country", country, "rate",
					rate));
			SAID.add(TestMessage.of(pick(random, "product.viewed", "cart.added", "order.placed", "search"), time,
					"visitor", visitor, "visit_id", visit, "user_id", known, "total", random.nextInt(100)));
			if (random.nextInt(8) == 0) {
				SAID.add(TestMessage
					.of("exception", time, "visitor", visitor, "error_id", "e" + time, "count", 1 + random.nextInt(5),
							"exception",
							Map.of("type", "java.lang.IllegalStateException", "class", "com.acme.Shop", "method",
									pick(random, "order", "pay"), "line", 7))
					.release(pick(random, "1.0", "1.1", null)));
			}
		}
	}

	private static int pickStatus(Random random) {
		return new int[] { 200, 200, 304, 302, 404 }[random.nextInt(5)];
	}

	private static String pick(Random random, @Nullable String... values) {
		return values[random.nextInt(values.length)];
	}

	private static void edges() {
		Instant noon = Instant.parse("2026-02-10T12:00:00Z");
		// Repeated steps: only the second beginning is close enough to the end
		steps("repeats", noon, "product.viewed", 0, "product.viewed", 1200, "cart.added", 1300, "order.placed", 2400);
		steps("backwards", noon, "order.placed", 0, "cart.added", 60, "product.viewed", 120);
		steps("skips", noon, "product.viewed", 0, "order.placed", 60);
		steps("edge", noon, "product.viewed", 0, "cart.added", 10, "order.placed", 1800);
		String late = "late";
		steps(late, noon, "product.viewed", 0, "cart.added", 10);
		SAID.add(TestMessage.of("order.placed", noon.plusSeconds(1800).plus(1, ChronoUnit.MICROS), "visitor", late));
		// The first chain is too slow, the second complete, the third incomplete
		steps("several", noon, "product.viewed", 0, "cart.added", 1700, "product.viewed", 1750, "cart.added", 1800,
				"order.placed", 1900, "product.viewed", 2000);
		// Days at midnight, and months
		for (String time : List.of("2026-01-31T23:59:59.999999Z", "2026-02-01T00:00:00Z", "2026-02-28T23:59:59.999999Z",
				"2026-03-01T00:00:00Z", "2026-03-19T23:59:59.999999Z")) {
			SAID.add(TestMessage.of("http.request", Instant.parse(time), "method", "GET", "route", "/", "status", 200,
					"duration_ms", 2.0, "visitor", "midnight", "visit_id", "midnight", "user_id", "u-midnight"));
		}
		// One person before and after the login, and two people with one visitor
		steps("login", noon, "product.viewed", 0);
		SAID.add(TestMessage.of("cart.added", noon.plusSeconds(60), "visitor", "login", "user_id", "u-login"));
		SAID.add(TestMessage.of("order.placed", noon.plusSeconds(120), "visitor", "login-phone", "user_id", "u-login"));
		steps("shared", noon, "product.viewed", 0);
		SAID.add(TestMessage.of("cart.added", noon.plusSeconds(60), "visitor", "shared", "user_id", "u-one"));
		SAID.add(TestMessage.of("cart.added", noon.plusSeconds(70), "visitor", "shared", "user_id", "u-two"));
		// Outside of the time that is asked for
		SAID.add(TestMessage.of("order.placed", Instant.parse(TO), "visitor", "outside", "user_id", "u-outside"));
		SAID.add(TestMessage.of("order.placed", Instant.parse(FROM).minus(1, ChronoUnit.MICROS), "visitor", "outside"));
	}

	private static void steps(String visitor, Instant start, Object... steps) {
		for (int i = 0; i < steps.length; i += 2) {
			SAID.add(TestMessage.of((String) steps[i], start.plusSeconds((Integer) steps[i + 1]), "visitor", visitor));
		}
	}

	private static List<TestMessage> asked(boolean robots) {
		Comparator<TestMessage> order = Comparator.comparing(TestMessage::time).thenComparing(TestMessage::id);
		return SAID.stream()
			.filter((message) -> !message.time().isBefore(Instant.parse(FROM))
					&& message.time().isBefore(Instant.parse(TO)))
			.filter((message) -> robots || !message.isRobot())
			.sorted(order)
			.toList();
	}

	private static Function<TestMessage, @Nullable String> people(List<TestMessage> all) {
		Map<String, Set<String>> users = new HashMap<>();
		for (TestMessage message : all) {
			if (message.visitor() != null && message.user() != null) {
				users.computeIfAbsent(message.visitor(), (key) -> new HashSet<>()).add(message.user());
			}
		}
		return (message) -> {
			if (message.user() != null) {
				return message.user();
			}
			Set<String> known = users.getOrDefault(String.valueOf(message.visitor()), Set.of());
			return (known.size() == 1) ? known.iterator().next() : message.visitor();
		};
	}

	private static Map<String, List<TestMessage>> byPerson() {
		List<TestMessage> all = asked(false);
		Function<TestMessage, @Nullable String> people = people(all);
		Map<String, List<TestMessage>> byPerson = new TreeMap<>();
		all.forEach((message) -> {
			String person = people.apply(message);
			if (person != null) {
				byPerson.computeIfAbsent(person, (key) -> new ArrayList<>()).add(message);
			}
		});
		return byPerson;
	}

	private static List<List<Object>> run(Report report, boolean robots, String... values) throws Exception {
		ReportResult result = Archives.reports(folder.resolve("lake"), false, CHECKOUT)
			.run(report, Archives.query(FROM, TO, robots, values));
		assertThat(result.notMeasurable()).isNull();
		return result.rows();
	}

	@ParameterizedTest
	@CsvSource({ "day, false", "day, true", "route, false", "route, true", "country, false", "browser, false" })
	void trafficIsThatOfEachSegment(String by, boolean robots) throws Exception {
		List<TestMessage> all = asked(robots);
		Function<TestMessage, @Nullable String> people = people(all);
		Map<String, List<TestMessage>> segments = all.stream()
			.filter((message) -> by.equals("day") || message.type().equals("http.request"))
			.collect(Collectors.groupingBy(
					(message) -> by.equals("day") ? message.day().toString()
							: Objects.requireNonNullElse(message.text(by), "unknown"),
					TreeMap::new, Collectors.toList()));
		List<List<Object>> expected = new ArrayList<>();
		segments
			.forEach((segment,
					message) -> expected.add(List.of(segment, Math.round(
							message.stream().filter(ReportsTests::isPageView).mapToDouble(TestMessage::weight).sum()),
							distinct(message, people), distinct(message, (each) -> each.text("visit_id")))));
		List<List<Object>> rows = run(Report.TRAFFIC, robots, "by", by);
		assertThat(rows).containsExactlyInAnyOrderElementsOf(expected).hasSizeGreaterThan(1);
		if (by.equals("day")) {
			assertThat(rows).containsExactlyElementsOf(expected);
		}
	}

	private static boolean isPageView(TestMessage message) {
		if (!message.type().equals("http.request")) {
			return false;
		}
		int status = (message.fields().get("status") instanceof Integer number) ? number : 0;
		String content = message.text("content_type");
		boolean page = (content == null || content.equals("text/plain")) ? !message.text("route").endsWith("/**")
				: content.equals("text/html");
		return "GET".equals(message.text("method")) && (status / 100 == 2 || status == 304) && page;
	}

	private static long distinct(Collection<TestMessage> all, Function<TestMessage, @Nullable String> value) {
		return all.stream().map(value).filter(Objects::nonNull).distinct().count();
	}

	/** Tries each beginning, and takes the earliest next step each time. */
	@ParameterizedTest
	@ValueSource(strings = { "product.viewed cart.added order.placed", "cart.added cart.added",
			"search product.viewed cart.added order.placed search product.viewed cart.added order.placed" })
	void aFunnelCountsEachPersonOnceAtEachStepItReaches(String types) throws Exception {
		FunnelSteps funnel = new FunnelSteps(Arrays.asList(types.split(" ")), Duration.ofMinutes(30));
		long[] reached = new long[funnel.steps().size()];
		byPerson().values().forEach((message) -> {
			int best = 0;
			for (int i = 0; i < message.size(); i++) {
				best = Math.max(best, depth(message.subList(i, message.size()), funnel));
			}
			for (int step = 0; step < best; step++) {
				reached[step]++;
			}
		});
		List<List<Object>> expected = new ArrayList<>();
		for (int step = 0; step < reached.length; step++) {
			expected
				.add(List.of(step + 1, funnel.steps().get(step), reached[step], (double) reached[step] / reached[0]));
		}
		ReportResult result = Archives.reports(folder.resolve("lake"), false, funnel)
			.run(Report.FUNNEL, Archives.query(FROM, TO, false));
		assertThat(result.rows()).isEqualTo(expected);
		assertThat(reached[1]).isPositive();
	}

	private static int depth(List<TestMessage> message, FunnelSteps funnel) {
		int depth = 0;
		for (TestMessage each : message) {
			boolean inTime = Duration.between(message.get(0).time(), each.time()).compareTo(funnel.within()) <= 0;
			if (depth < funnel.steps().size() && each.type().equals(funnel.steps().get(depth)) && inTime) {
				depth++;
			}
			else if (depth == 0) {
				return 0;
			}
		}
		return depth;
	}

	@ParameterizedTest
	@ValueSource(strings = { "country", "browser" })
	void conversionIsThatOfThePeopleOfEachSegment(String by) throws Exception {
		Map<String, long[]> segments = new TreeMap<>();
		byPerson().values().forEach((message) -> {
			boolean began = false;
			boolean converted = false;
			for (int i = 0; i < message.size(); i++) {
				if (message.get(i).type().equals("product.viewed")) {
					began = true;
					Instant end = message.get(i).time().plus(CHECKOUT.within());
					converted |= message.subList(i + 1, message.size())
						.stream()
						.anyMatch((each) -> each.type().equals("order.placed") && !each.time().isAfter(end));
				}
			}
			if (began) {
				String segment = message.stream()
					.filter((each) -> each.text(by) != null)
					.min(Comparator.comparing(TestMessage::time).thenComparing((each) -> each.text(by)))
					.map((each) -> each.text(by))
					.orElse("unknown");
				long[] counts = segments.computeIfAbsent(segment, (key) -> new long[2]);
				counts[0]++;
				counts[1] += converted ? 1 : 0;
			}
		});
		List<List<Object>> expected = new ArrayList<>();
		segments.forEach((segment, counts) -> expected
			.add(List.of(segment, counts[0], counts[1], (double) counts[1] / counts[0])));
		assertThat(run(Report.CONVERSION, false, "by", by)).containsExactlyInAnyOrderElementsOf(expected)
			.hasSizeGreaterThan(2);
	}

	@ParameterizedTest
	@CsvSource({ "day, user", "week, user", "month, user", "day, visitor", "week, visitor", "month, visitor" })
	void retentionIsThatOfEachCohort(String period, String who) throws Exception {
		Map<String, TreeSet<LocalDate>> days = new HashMap<>();
		if (who.equals("user")) {
			asked(false).stream()
				.filter((message) -> message.user() != null)
				.forEach(
						(message) -> days.computeIfAbsent(message.user(), (key) -> new TreeSet<>()).add(message.day()));
		}
		else {
			byPerson().forEach((person, message) -> message
				.forEach((each) -> days.computeIfAbsent(person, (key) -> new TreeSet<>()).add(each.day())));
		}
		LocalDate last = days.values().stream().map(TreeSet::last).max(Comparator.naturalOrder()).orElseThrow();
		Map<LocalDate, List<TreeSet<LocalDate>>> cohorts = days.values()
			.stream()
			.collect(Collectors.groupingBy((each) -> begin(each.first(), period), TreeMap::new, Collectors.toList()));
		List<List<Object>> expected = new ArrayList<>();
		cohorts.forEach((cohort, people) -> {
			for (int number = 0; number <= periods(cohort, last, period); number++) {
				int wanted = number;
				long returned = people.stream()
					.filter((each) -> each.stream().anyMatch((day) -> periods(cohort, day, period) == wanted))
					.count();
				expected
					.add(List.of(cohort, (long) people.size(), number, returned, (double) returned / people.size()));
			}
		});
		assertThat(run(Report.RETENTION, false, "period", period, "who", who)).isEqualTo(expected);
	}

	private static LocalDate begin(LocalDate day, String period) {
		return switch (period) {
			case "week" -> day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
			case "month" -> day.withDayOfMonth(1);
			default -> day;
		};
	}

	private static long periods(LocalDate cohort, LocalDate day, String period) {
		return switch (period) {
			case "week" -> ChronoUnit.WEEKS.between(cohort, begin(day, period));
			case "month" -> ChronoUnit.MONTHS.between(YearMonth.from(cohort), YearMonth.from(day));
			default -> ChronoUnit.DAYS.between(cohort, day);
		};
	}

	@Test
	void failuresAreCountedByReleaseAndKind() throws Exception {
		List<TestMessage> all = asked(false);
		Function<TestMessage, @Nullable String> people = people(all);
		List<List<Object>> expected = new ArrayList<>();
		all.stream()
			.filter((message) -> message.type().equals("exception"))
			.collect(Collectors.groupingBy((message) -> List.of(
					Objects.requireNonNullElse(message.release(), "unknown"),
					"java.lang.IllegalStateException at com.acme.Shop."
							+ ((Map<?, ?>) Objects.requireNonNull(message.fields().get("exception"))).get("method"))))
			.forEach((key, message) -> expected.add(List.of("shop", key.get(0), key.get(1),
					Math.round(message.stream().mapToDouble(TestMessage::weight).sum()), distinct(message, people))));
		assertThat(run(Report.ERRORS, false).stream().map((row) -> row.subList(0, 5)))
			.containsExactlyInAnyOrderElementsOf(expected)
			.hasSize(6);
	}

	@Test
	void latencyHasThePercentilesOfEachRoute() throws Exception {
		List<List<Object>> expected = new ArrayList<>();
		asked(false).stream()
			.filter((message) -> message.type().equals("http.request"))
			.collect(Collectors.groupingBy((message) -> List.of(message.text("method"), message.text("route"))))
			.forEach((key, message) -> {
				double[] sorted = message.stream()
					.mapToDouble((each) -> (Double) each.fields().get("duration_ms"))
					.sorted()
					.toArray();
				expected.add(List.of("shop", key.get(0), key.get(1),
						Math.round(message.stream().mapToDouble(TestMessage::weight).sum()),
						Math.round(message.stream()
							.filter((each) -> each.fields().get("status").equals(500))
							.mapToDouble(TestMessage::weight)
							.sum()),
						rounded(percentile(sorted, 0.5)), rounded(percentile(sorted, 0.95)),
						rounded(percentile(sorted, 0.99)), rounded(sorted[sorted.length - 1])));
			});
		List<List<Object>> rows = run(Report.LATENCY, false).stream()
			.map((row) -> Stream
				.concat(row.subList(0, 5).stream(),
						row.subList(5, 9).stream().map((value) -> (Object) rounded((Double) value)))
				.toList())
			.toList();
		assertThat(rows).containsExactlyInAnyOrderElementsOf(expected).hasSize(8);
	}

	private static long rounded(double millis) {
		return Math.round(millis * 1_000_000);
	}

	private static double percentile(double[] sorted, double fraction) {
		double position = fraction * (sorted.length - 1);
		int below = (int) Math.floor(position);
		int above = (int) Math.ceil(position);
		return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
	}

	@Test
	void theEventsThatOccurMostComeFirst() throws Exception {
		List<TestMessage> all = asked(false);
		Function<TestMessage, @Nullable String> people = people(all);
		List<List<Object>> expected = all.stream()
			.collect(Collectors.groupingBy(TestMessage::type))
			.entrySet()
			.stream()
			.map((entry) -> List.<Object>of(entry.getKey(),
					Math.round(entry.getValue().stream().mapToDouble(TestMessage::weight).sum()),
					distinct(entry.getValue(), people),
					distinct(entry.getValue(), (message) -> message.text("visit_id"))))
			.sorted(Comparator.comparing((List<Object> row) -> (Long) row.get(1))
				.reversed()
				.thenComparing((row) -> (String) row.get(0)))
			.toList();
		assertThat(run(Report.EVENTS, false)).isEqualTo(expected);
	}

	@Test
	void theCatalogueHasTheFieldsOfEachType() throws Exception {
		Map<List<String>, List<String>> values = new HashMap<>();
		Map<String, Long> messages = new HashMap<>();
		asked(false).forEach((message) -> {
			messages.merge(message.type(), 1L, Long::sum);
			message.fields()
				.keySet()
				.stream()
				.filter((field) -> !field.equals("exception"))
				.forEach((field) -> values.computeIfAbsent(List.of(message.type(), field), (key) -> new ArrayList<>())
					.add(message.text(field)));
		});
		List<List<Object>> expected = new ArrayList<>();
		values.forEach((key, all) -> expected.add(List.of(key.get(0), key.get(1),
				(double) all.size() / messages.get(key.get(0)), Collections.min(all), Collections.max(all))));
		assertThat(run(Report.CATALOGUE, false).stream()
			.filter((row) -> !"exception".equals(row.get(5)))
			.map((row) -> List.of(row.get(0), row.get(5), row.get(6), row.get(7), row.get(8))))
			.containsExactlyInAnyOrderElementsOf(expected);
	}

	@Test
	void retentionOfDailyVisitorsIsNotMeasurable() throws Exception {
		Reports reports = Archives.reports(folder.resolve("lake"), true, CHECKOUT);
		ReportResult result = reports.run(Report.RETENTION, Archives.query(FROM, TO, false, "who", "visitor"));
		assertThat(result.rows()).isEmpty();
		assertThat(result.notMeasurable()).contains("cairn.requests.visitor.daily=false");
		assertThat(reports.run(Report.RETENTION, Archives.query(FROM, TO, false)).notMeasurable()).isNull();
	}

	@Test
	void retentionWithoutUsersIsNotMeasurable() throws Exception {
		Reports reports = Archives.reports(folder.resolve("lake"), true, CHECKOUT);
		ReportResult result = reports.run(Report.RETENTION,
				Archives.query("2020-01-01T00:00:00Z", "2020-02-01T00:00:00Z", false));
		assertThat(result.notMeasurable()).contains("user_id").contains("cairn.requests.visitor.daily=false");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "TRAFFIC | by | moon | by must be one of day, route, country, browser",
					"FUNNEL | funnel | other | funnel must be one of checkout, but was 'other'",
					"RETENTION | period | year | period must be one of day, week, month" })
	void aWrongParameterIsNamedWithItsValue(Report report, String name, String value, String message) {
		assertThatIllegalArgumentException().isThrownBy(() -> run(report, false, name, value))
			.withMessageContaining(message);
	}

	@ParameterizedTest
	@ValueSource(strings = { "TRAFFIC", "FUNNEL", "CONVERSION", "ERRORS", "LATENCY", "EVENTS", "CATALOGUE" })
	void anEmptyLakeHasEmptyReports(Report report, @TempDir Path empty) throws Exception {
		ReportResult result = Archives.reports(empty, false, CHECKOUT).run(report, Archives.query(FROM, TO, false));
		assertThat(result.columns()).isNotEmpty();
		assertThat(result.rows()).allSatisfy((row) -> assertThat(row.get(2)).isEqualTo(0L));
	}

}
