package dev.cairn.brownfield;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.cairn.spring.test.RunningApplication;
import dev.cairn.testing.SentryServer;
import io.sentry.EventProcessor;
import io.sentry.Hint;
import io.sentry.Sentry;
import io.sentry.SentryEvent;
import io.sentry.SentryOptions;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.Order;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.web.filter.OncePerRequestFilter;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The same failures of the same application with Sentry's own starter and without Cairn:
 * nothing that Sentry fills is missing with Cairn.
 */
class SentrySideBySideTests {

	/** The text of each failure, by which its event is recognized. */
	private static final Map<String, String> TEXTS = Map.of("/unhandled", "unhandled", "/filter", "in a filter",
			"/logged", "logged", "/text", "order o7 failed for acme", "/other-text", "another one", "/thread",
			"in a thread");

	/** Sentry sees a failure of a filter in the log entry of the container only. */
	private static final List<String> OF_CONTAINER = List.of("/level", "/logger", "/message/formatted",
			"/message/message", "/message/params", "/extra/thread_name", "/exception/values/0/mechanism/handled",
			"/tags/processed", "/tags/before");

	private static final List<String> PROCESSED = List.of("/tags/processed", "/tags/before");

	private static final List<String> SEEN_FIRST = List.of("/level", "/logger", "/transaction", "/message/formatted",
			"/message/message", "/message/params", "/request/url", "/request/method", "/request/query_string",
			"/extra/thread_name", "/tags/tenant", "/tags/processed", "/tags/before", "/exception/values/0/type",
			"/exception/values/0/mechanism/handled", "/contexts/MDC/order", "/environment");

	/** The threads on which Sentry's client processes events. */
	private static final List<String> threads = new CopyOnWriteArrayList<>();

	@AfterAll
	static void forget() {
		for (Variant variant : Variant.values()) {
			variant.alone.clear();
			variant.withCairn.clear();
			variant.processedBy.clear();
		}
	}

	@BeforeAll
	static void collect() {
		for (Variant variant : Variant.values()) {
			collect(variant, variant.alone, "cairn.enabled=false");
			collect(variant, variant.withCairn, "cairn.enabled=true");
		}
	}

	private static void collect(Variant variant, Map<String, JsonNode> events, String cairn) {
		try (SentryServer sentry = SentryServer.started();
				RunningApplication application = RunningApplication.start(variant.application,
						"sentry.dsn=" + sentry.dsn(), "sentry.context-tags[0]=tenant", cairn)) {
			TEXTS.forEach((path, text) -> {
				threads.clear();
				application.get(path + "?page=2");
				RunningApplication.await(() -> find(sentry, text).isPresent());
				events.put(path, find(sentry, text).orElseThrow());
				variant.processedBy.put(path, List.copyOf(threads));
			});
		}
	}

	/** Sentry alone may send two events of a failure, of which this is the first. */
	private static Optional<JsonNode> find(SentryServer sentry, String text) {
		return sentry.events()
			.stream()
			.filter((event) -> event.toString().contains("\"value\":\"" + text + "\"")
					|| event.toString().contains("\"formatted\":\"" + text + "\""))
			.findFirst();
	}

	static Stream<Arguments> comparisons() {
		return Stream.of(Variant.values())
			.flatMap((variant) -> TEXTS.keySet().stream().map((path) -> Arguments.of(variant, path)));
	}

	@ParameterizedTest
	@MethodSource("comparisons")
	void nothingIsMissing(Variant variant, String path) {
		Set<String> missing = fields("", variant.alone.get(path), new TreeSet<>());
		if (path.equals("/filter")) {
			// Sentry only sees the log entry of the container
			missing.removeIf((field) -> field.startsWith("/message") || field.equals("/extra/thread_name"));
		}
		missing.removeAll(fields("", variant.withCairn.get(path), new TreeSet<>()));
		assertThat(missing).isEmpty();
	}

	@ParameterizedTest
	@MethodSource("comparisons")
	void whatAReaderOfSentrySeesFirstIsTheSame(Variant variant, String path) {
		for (String pointer : SEEN_FIRST) {
			String expected = text(variant.alone.get(path), pointer);
			if (!expected.isEmpty() && !(path.equals("/filter") && OF_CONTAINER.contains(pointer))) {
				assertThat(text(variant.withCairn.get(path), pointer)).as(pointer).isEqualTo(expected);
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/unhandled", "/filter", "/logged", "/text", "/other-text", "/thread" })
	void anEventIsTheSameOnEitherThread(String path) {
		JsonNode now = Variant.WITH_PROCESSORS.withCairn.get(path);
		JsonNode later = Variant.WITHOUT_PROCESSORS.withCairn.get(path);
		Set<String> expected = fields("", now, new TreeSet<>());
		expected.removeAll(PROCESSED);
		assertThat(fields("", later, new TreeSet<>())).isEqualTo(expected);
		for (String pointer : SEEN_FIRST) {
			if (!PROCESSED.contains(pointer)) {
				assertThat(text(later, pointer)).as(pointer).isEqualTo(text(now, pointer));
			}
		}
		Set<Long> ids = later.at("/exception/values")
			.valueStream()
			.map((exception) -> exception.path("thread_id").asLong())
			.collect(Collectors.toSet());
		assertThat(ids).hasSizeLessThanOrEqualTo(1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/unhandled", "/filter", "/logged", "/thread" })
	void theThreadOfTheSinkProcessesWhatNoCodeOfTheApplicationSees(String path) {
		assertThat(Variant.WITHOUT_PROCESSORS.processedBy.get(path)).isNotEmpty()
			.allMatch((thread) -> thread.startsWith("cairn-sentry"));
		assertThat(Variant.WITH_PROCESSORS.processedBy.get(path)).isNotEmpty()
			.noneMatch((thread) -> thread.startsWith("cairn-"));
	}

	@Test
	void unhandledFailuresAreFatal() {
		for (Variant variant : Variant.values()) {
			for (String path : List.of("/unhandled", "/filter", "/thread")) {
				JsonNode event = variant.withCairn.get(path);
				assertThat(event.path("level").asString()).isEqualTo("fatal");
				JsonNode outermost = event.at("/exception/values")
					.valueStream()
					.reduce((first, second) -> second)
					.get();
				assertThat(outermost.at("/mechanism/handled").asBoolean(true)).isFalse();
				assertThat(outermost.path("thread_id").asLong()).isPositive();
			}
			assertThat(variant.withCairn.get("/filter").path("transaction").asString()).isEqualTo("GET /filter");
		}
	}

	@Test
	void aTextHasTheStackOfItsCaller() {
		for (Variant variant : Variant.values()) {
			for (Map<String, JsonNode> events : List.of(variant.alone, variant.withCairn)) {
				assertThat(functions(events.get("/text"))).contains("text").doesNotContain("otherText");
				assertThat(functions(events.get("/other-text"))).contains("otherText").doesNotContain("text");
			}
			assertThat(variant.withCairn.get("/text").at("/threads/values/0/stacktrace/frames").toString())
				.doesNotContain("dev.cairn.engine", "dev.cairn.sentry", "dev.cairn.spring.logging");
		}
	}

	/** Ports and the names of threads are different. */
	private static String text(JsonNode event, String pointer) {
		JsonNode node = event.at(pointer);
		return (node.isValueNode() ? node.asString("") : node.toString()).replaceAll("\\d+", "#");
	}

	private static List<String> functions(JsonNode event) {
		return event.at("/threads/values/0/stacktrace/frames")
			.valueStream()
			.map((frame) -> frame.path("function").asString(""))
			.toList();
	}

	private static Set<String> fields(String path, JsonNode node, Set<String> found) {
		if (node.isObject()) {
			node.propertyStream()
				.forEach((property) -> fields(path + "/" + property.getKey(), property.getValue(), found));
		}
		else if (node.isArray()) {
			node.valueStream().forEach((element) -> fields(path + "[]", element, found));
		}
		else {
			found.add(path);
		}
		return found;
	}

	/**
	 * The application with and without code that sees its events.
	 */
	enum Variant {

		WITH_PROCESSORS(ProcessingApplication.class), WITHOUT_PROCESSORS(ComparedApplication.class);

		private final Class<?> application;

		private final Map<String, JsonNode> alone = new LinkedHashMap<>();

		private final Map<String, JsonNode> withCairn = new LinkedHashMap<>();

		private final Map<String, List<String>> processedBy = new LinkedHashMap<>();

		Variant(Class<?> application) {
			this.application = application;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ ComparedController.class, FailingFilter.class })
	static class ComparedApplication {

		/** Sentry's client asks for the modules where it processes an event. */
		@Bean
		Sentry.OptionsConfiguration<SentryOptions> modules() {
			return (options) -> options.setModulesLoader(() -> {
				threads.add(Thread.currentThread().getName());
				return Map.of();
			});
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(ComparedApplication.class)
	static class ProcessingApplication {

		@Bean
		EventProcessor tagging() {
			return new EventProcessor() {

				@Override
				public SentryEvent process(SentryEvent event, Hint hint) {
					event.setTag("processed", context());
					return event;
				}

			};
		}

		@Bean
		SentryOptions.BeforeSendCallback beforeSend() {
			return (event, hint) -> {
				event.setTag("before", context());
				return event;
			};
		}

		/** Returns the request and the MDC, which processors of applications read. */
		private static String context() {
			String uri = (RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes attributes)
					? attributes.getRequest().getRequestURI() : "none";
			return uri + " " + MDC.get("order");
		}

	}

	@RestController
	static class ComparedController {

		private static final Logger logger = LoggerFactory.getLogger("dev.cairn.brownfield.Shop");

		@GetMapping("/unhandled")
		String unhandled() {
			throw new IllegalStateException("unhandled", new UnsupportedOperationException("cause"));
		}

		@GetMapping("/filter")
		String filter() {
			return "not reached";
		}

		@GetMapping("/logged")
		String logged() {
			logger.error("order {} failed", "o7", new IllegalStateException("logged"));
			return "";
		}

		@GetMapping("/text")
		String text() {
			logger.error("order {} failed for {}", "o7", "acme");
			return "";
		}

		@GetMapping("/other-text")
		String otherText() {
			logger.error("another one");
			return "";
		}

		@GetMapping("/thread")
		String thread() {
			new Thread(() -> {
				throw new IllegalStateException("in a thread");
			}).start();
			return "";
		}

	}

	@Order(0)
	static class FailingFilter extends OncePerRequestFilter {

		private static final Logger logger = LoggerFactory.getLogger(FailingFilter.class);

		@Override
		protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
				throws ServletException, IOException {
			MDC.put("tenant", "acme");
			MDC.put("order", "o7");
			try {
				logger.info("a breadcrumb");
				if (request.getRequestURI().equals("/filter")) {
					throw new IllegalStateException("in a filter");
				}
				chain.doFilter(request, response);
			}
			finally {
				MDC.remove("tenant");
				MDC.remove("order");
			}
		}

	}

}
