package dev.cairn.spring.tracing;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.cairn.Cairn;
import dev.cairn.spring.test.Contexts;
import dev.cairn.spring.test.RunningApplication;
import dev.cairn.spring.test.SpanCollector;
import dev.cairn.testing.LogCapture;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.RequestReplySenderContext;
import io.micrometer.tracing.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import net.ttddyy.dsproxy.support.ProxyDataSourceBuilder;
import net.ttddyy.observation.tracing.DataSourceObservationListener;
import org.h2.jdbcx.JdbcDataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ResponseEntity;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests for the additions of {@code cairn.tracing.*} to the spans of Boot, over real
 * requests and a real database.
 */
class InstrumentTests {

	private static RunningApplication application;

	@BeforeAll
	static void start() {
		application = startWith("cairn.tracing.instrument=all", "cairn.tracing.require-parent=true");
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	private static RunningApplication startWith(String... properties) {
		String[] all = Arrays.copyOf(properties, properties.length + 1);
		all[properties.length] = "management.tracing.sampling.probability=1";
		return RunningApplication.start(Application.class, all);
	}

	@BeforeEach
	void forget() {
		spans().clear();
	}

	private static RecordedSpans spans() {
		return application.bean(RecordedSpans.class);
	}

	private static SpanData span(String name, SpanKind kind) {
		RunningApplication.await(() -> spans().named(name).stream().anyMatch((span) -> span.getKind() == kind));
		return spans().named(name).stream().filter((span) -> span.getKind() == kind).findFirst().orElseThrow();
	}

	private static List<String> lines() {
		return RunningApplication.logEvents().stream().map(ILoggingEvent::getFormattedMessage).toList();
	}

	@Test
	void aHookSeesTheRequestAndTheResponseWithTheSpan() {
		String received = application.get("/calls?path=/answer").body();
		assertThat(received).isEqualTo("shop");
		SpanData client = span("http get", SpanKind.CLIENT);
		assertThat(RecordedSpans.tag(client, "requested")).isEqualTo("yes");
		assertThat(RecordedSpans.tag(client, "responded")).isEqualTo("200 OK");
		assertThat(client.getStatus().getStatusCode()).isNotEqualTo(StatusCode.ERROR);
		assertThat(application.ledger().failures()).hasEntrySatisfying(
				"client span hook " + FailingHook.class.getName(), (count) -> assertThat(count).isPositive());
	}

	@Test
	void aStatusOf500MarksTheSpansOfBothSidesOnce() {
		application.get("/calls?path=/unavailable");
		assertThat(List.of(span("http get", SpanKind.CLIENT), span("http get /unavailable", SpanKind.SERVER)))
			.allSatisfy((span) -> {
				assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
				assertThat(span.getEvents()).singleElement()
					.satisfies((event) -> assertThat(event.getAttributes().asMap().toString())
						.contains("HTTP status 503"));
			});
	}

	@Test
	void anExceptionMarksTheSpanOnce() {
		application.get("/throws");
		assertThat(span("http get /throws", SpanKind.SERVER).getEvents()).singleElement()
			.satisfies((event) -> assertThat(event.getAttributes().asMap().toString()).contains("IllegalState"));
	}

	@Test
	void anExceptionThatIsHandledMarksTheSpanIfTheStatusIsAFailure() {
		application.get("/handled");
		SpanData server = span("http get /handled", SpanKind.SERVER);
		assertThat(server.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
		assertThat(server.getEvents()).hasSize(1);
	}

	@Test
	void aStatusOf400IsNoFailure() {
		application.get("/calls?path=/missing");
		assertThat(span("http get", SpanKind.CLIENT).getStatus().getStatusCode()).isNotEqualTo(StatusCode.ERROR);
		assertThat(span("http get /missing", SpanKind.SERVER).getStatus().getStatusCode())
			.isNotEqualTo(StatusCode.ERROR);
	}

	@Test
	void aSlowStatementIsLoggedWithTheBoundContextAndWithoutItsParameters() {
		try (RunningApplication slow = startWith("cairn.tracing.slow-query=1ns")) {
			slow.get("/query?customer=ann");
			assertThat(RunningApplication.logEvents())
				.filteredOn((event) -> event.getFormattedMessage().contains("slow query"))
				.singleElement()
				.satisfies((event) -> {
					assertThat(event.getFormattedMessage()).contains("SELECT CONCAT(?, 1)").doesNotContain("s3cret");
					assertThat(event.getMDCPropertyMap()).containsEntry("customer", "ann").containsKey("traceId");
				});
		}
		try (RunningApplication quick = startWith()) {
			quick.get("/query?customer=ann");
			assertThat(lines()).noneMatch((line) -> line.contains("slow query"));
		}
	}

	@Test
	void aClientThatBeginsATraceIsNotExportedIfAParentIsRequired() {
		application.bean(JdbcTemplate.class).queryForList("SELECT 7");
		application.get("/quick");
		application.bean(SdkTracerProvider.class).forceFlush().join(30, TimeUnit.SECONDS);
		List<SpanData> exported = application.bean(SpanCollector.class).all();
		assertThat(exported).filteredOn((span) -> span.getKind() == SpanKind.CLIENT)
			.isNotEmpty()
			.allSatisfy((span) -> assertThat(span.getParentSpanContext().isValid()).isTrue());
		assertThat(exported).anySatisfy((span) -> assertThat(span.getKind()).isEqualTo(SpanKind.SERVER));
	}

	@Test
	void whatIsSelectedIsSwitchedOnAndTheApplicationsValueWins() {
		assertThat(application.context().getEnvironment().getProperty("spring.rabbitmq.template.observation-enabled"))
			.isEqualTo("true");
		try (RunningApplication other = startWith("cairn.tracing.instrument=jdbc,Rabbit",
				"spring.rabbitmq.template.observation-enabled=false")) {
			assertThat(other.context().getEnvironment().getProperty("spring.rabbitmq.template.observation-enabled"))
				.isEqualTo("false");
			assertThat(
					other.context().getEnvironment().getProperty("spring.rabbitmq.listener.simple.observation-enabled"))
				.isEqualTo("true");
		}
		try (RunningApplication none = startWith()) {
			assertThat(List.of("kafka.template", "kafka.listener", "rabbitmq.template", "rabbitmq.listener.simple",
					"rabbitmq.listener.direct", "rabbitmq.listener.stream"))
				.allSatisfy((name) -> assertThat(
						none.context().getEnvironment().getProperty("spring." + name + ".observation-enabled"))
					.isEqualTo("true"));
		}
		try (RunningApplication off = startWith("cairn.tracing.instrument=all", "cairn.tracing.enabled=false")) {
			assertThat(off.context().getEnvironment().getProperty("spring.rabbitmq.template.observation-enabled"))
				.isNull();
		}
	}

	@Test
	void aMissingLibraryIsLoggedOnceWithTheDependency() {
		try (RunningApplication other = startWith("cairn.tracing.instrument=jdbc,redis,kafka")) {
			assertThat(other.context().isRunning()).isTrue();
			assertThat(lines()).filteredOn((line) -> line.contains("cairn.tracing.instrument"))
				.singleElement()
				.asString()
				.contains("no spans for JDBC", "<groupId>net.ttddyy.observation</groupId>",
						"<artifactId>datasource-micrometer-spring-boot</artifactId><version>" + testedVersion()
								+ "</version>");
		}
	}

	@Test
	void theSpansOfOtherHttpClientsAreNotDenied() {
		try (RunningApplication other = startWith()) {
			MissingLibraries missing = new MissingLibraries(List.of(Instrument.HTTP), true,
					new FilteredClassLoader("org.springframework.boot.restclient"));
			missing.afterSingletonsInstantiated();
			assertThat(lines()).anyMatch((line) -> line.contains("no spans for the HTTP clients of Spring"));
		}
	}

	/** Boot does not manage it. */
	private static String testedVersion() {
		String jar = DataSourceObservationListener.class.getProtectionDomain().getCodeSource().getLocation().getPath();
		return jar.replaceAll(".*/datasource-micrometer-(.*)\\.jar", "$1");
	}

	@Test
	void nothingIsLoggedIfTheLibraryOrItsUserIsAbsent() {
		try (RunningApplication other = startWith("cairn.tracing.instrument=r2dbc,redis,rabbit")) {
			assertThat(other.context().isRunning()).isTrue();
			assertThat(lines()).noneMatch((line) -> line.contains("cairn.tracing.instrument"));
		}
	}

	@Test
	void aMissingTracerIsLogged() {
		try (RunningApplication other = startWith("cairn.tracing.instrument=all", RunningApplication.WITHOUT_TRACER)) {
			assertThat(other.context().isRunning()).isTrue();
			assertThat(lines()).filteredOn((line) -> line.contains("cairn.tracing.instrument"))
				.singleElement()
				.asString()
				.contains("spring-boot-starter-zipkin");
		}
	}

	@Test
	void aMissingLibraryOfTheTracerIsLogged() {
		try (LogCapture log = new LogCapture()) {
			Contexts.withMetrics()
				.withClassLoader(new FilteredClassLoader("io.micrometer.tracing"))
				.withPropertyValues("cairn.tracing.instrument=jdbc")
				.run((context) -> assertThat(context).hasNotFailed());
			assertThat(log.infos()).filteredOn((line) -> line.contains("cairn.tracing.instrument"))
				.singleElement()
				.asString()
				.contains("there is no tracer", "spring-boot-starter-zipkin");
		}
	}

	@Test
	void anUnknownNameFailsTheStart() {
		assertThatException().isThrownBy(() -> startWith("cairn.tracing.instrument=jdbc,fax"))
			.havingRootCause()
			.withMessageContaining("fax");
	}

	/** Adds a header and tags. */
	static class ShopHook implements ClientSpanHook {

		@Override
		public void onRequest(RequestReplySenderContext<?, ?> request, Span span) {
			set(request, "X-Caller", "shop");
			span.tag("requested", "yes");
		}

		@SuppressWarnings("unchecked")
		private static <C> void set(RequestReplySenderContext<C, ?> request, String name, String value) {
			request.getSetter().set((C) request.getCarrier(), name, value);
		}

		@Override
		public void onResponse(RequestReplySenderContext<?, ?> exchange, Span span) {
			try {
				span.tag("responded", ((ClientHttpResponse) exchange.getResponse()).getStatusCode().toString());
			}
			catch (IOException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

	/** Fails. */
	static class FailingHook implements ClientSpanHook {

		@Override
		public void onRequest(RequestReplySenderContext<?, ?> request, Span span) {
			throw new IllegalStateException("a hook that fails");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ RecordedSpans.class, SpanCollector.class, ShopHook.class, FailingHook.class, Shop.class })
	static class Application {

		@Bean
		JdbcTemplate jdbcTemplate(ObservationRegistry registry) {
			JdbcDataSource source = new JdbcDataSource();
			source.setUrl("jdbc:h2:mem:instrument;DB_CLOSE_DELAY=-1");
			DataSourceObservationListener listener = new DataSourceObservationListener(registry);
			return new JdbcTemplate(
					ProxyDataSourceBuilder.create(source).listener(listener).methodListener(listener).build());
		}

	}

	@RestController
	static class Shop {

		private final JdbcTemplate jdbc;

		private final ObservationRegistry registry;

		private final Environment environment;

		Shop(JdbcTemplate jdbc, ObservationRegistry registry, Environment environment) {
			this.jdbc = jdbc;
			this.registry = registry;
			this.environment = environment;
		}

		@GetMapping("/calls")
		@Nullable String calls(String path) {
			return RestClient.builder()
				.observationRegistry(this.registry)
				.build()
				.get()
				.uri("http://127.0.0.1:" + this.environment.getProperty("local.server.port") + path)
				.retrieve()
				.onStatus(HttpStatusCode::isError, (request, response) -> {
				})
				.body(String.class);
		}

		@GetMapping("/answer")
		String answer(@RequestHeader("X-Caller") String caller) {
			return caller;
		}

		@GetMapping("/unavailable")
		ResponseEntity<String> unavailable() {
			return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE).body("later");
		}

		@GetMapping("/missing")
		ResponseEntity<String> missing() {
			return ResponseEntity.notFound().build();
		}

		@GetMapping("/throws")
		String fails() {
			throw new IllegalStateException("not handled");
		}

		@GetMapping("/handled")
		String handled() {
			throw new UnsupportedOperationException("handled");
		}

		@ExceptionHandler
		ResponseEntity<String> handle(UnsupportedOperationException ex) {
			return ResponseEntity.internalServerError().body("sorry");
		}

		@GetMapping("/query")
		List<Map<String, Object>> query(String customer) {
			Cairn.get().bind("customer", customer);
			return this.jdbc.queryForList("SELECT CONCAT(?, 1)", "s3cret");
		}

		@GetMapping("/quick")
		List<Map<String, Object>> quick() {
			return this.jdbc.queryForList("SELECT 1");
		}

	}

}
