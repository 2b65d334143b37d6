package dev.cairn.spring.incident;

import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.cairn.Cairn;
import dev.cairn.Message;
import dev.cairn.internal.Throwables;
import dev.cairn.spring.test.RunningApplication;
import dev.cairn.spring.test.TestServers;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.ReadableSpan;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every way in which a failure may come, in every shape: one event at Sentry, one
 * message, one count, one id in all places. {@link SentrysOwnWayTests} is the control.
 */
@Timeout(120)
@ParameterizedClass
@ValueSource(strings = { TestServers.TOMCAT, TestServers.JETTY })
class OneFailureTests {

	private static final AtomicInteger number = new AtomicInteger();

	@Parameter
	private String server;

	private static RunningApplication application;

	@BeforeParameterizedClassInvocation
	static void start(String server) {
		application = RunningApplication.startWithSentry(WaysIn.class, server,
				"management.tracing.sampling.probability=1", "spring.mvc.problemdetails.enabled=true",
				"cairn.incidents.interval=0");
	}

	@AfterParameterizedClassInvocation
	static void stop() {
		application.close();
	}

	static Stream<Arguments> table() {
		return Stream.of(Way.values())
			.flatMap((way) -> Stream.of(Shape.values()).filter(way::has).map((shape) -> Arguments.of(way, shape)));
	}

	@ParameterizedTest(name = "{0}, {1}")
	@MethodSource("table")
	void isOneEverywhere(Way way, Shape shape) {
		application.forget();
		double countedBefore = counted();
		String text = "failure number " + letters(number.incrementAndGet());
		HttpResponse<String> answer = fail(way, shape, text);
		Message incident = onlyIncident(text);
		String errorId = (String) incident.fields().get("error_id");
		assertThat(errorId).matches("[0-9a-f]{32}");
		assertThat(incident.fields()).containsEntry("count", 1L);
		JsonNode event = onlyEvent(text);
		assertThat(event.path("event_id").asString()).isEqualTo(errorId);
		assertThat(counted() - countedBefore).as("meter").isEqualTo(1);
		assertThat(application.bean(Cairn.class).capture(WaysIn.failures.get(text))).isEqualTo(errorId);
		assertThatLinesCarry(errorId, text);
		if (incident.trace() != null) {
			assertThat(event.at("/contexts/trace/trace_id").asString()).isEqualTo(incident.trace().traceId());
		}
		if (way.fails) {
			assertThatTheAnswerCarries(errorId, answer);
		}
		if (way.inRequest) {
			RunningApplication.await(() -> application.requests(way.route())
				.stream()
				.anyMatch((request) -> errorId.equals(request.fields().get("error_id"))));
			assertThatTheSpanCarries(errorId, way.fails);
		}
	}

	private static HttpResponse<String> fail(Way way, Shape shape, String text) {
		return application
			.get("/" + way.path() + "?shape=" + shape + "&message=" + URLEncoder.encode(text, StandardCharsets.UTF_8));
	}

	private static Message onlyIncident(String text) {
		RunningApplication.await(() -> !incidents(text).isEmpty());
		application.get("/fence");
		assertThat(application.bean(Cairn.class).flush(java.time.Duration.ofSeconds(30))).isTrue();
		assertThat(incidents(text)).hasSize(1);
		assertThat(application.messages(Message.TYPE_EXCEPTION)).hasSize(1);
		return incidents(text).get(0);
	}

	private static List<Message> incidents(String text) {
		return application.messages(Message.TYPE_EXCEPTION)
			.stream()
			.filter((message) -> mentions(message, text))
			.toList();
	}

	private static boolean mentions(Message message, String text) {
		Throwable thrown = message.thrown();
		return message.payload().contains(text) || (thrown != null
				&& Throwables.related(thrown).stream().anyMatch((throwable) -> text.equals(throwable.getMessage())));
	}

	/** A later event has come too, so a double would have. */
	private static JsonNode onlyEvent(String text) {
		RunningApplication.await(() -> !events(text).isEmpty());
		String fence = "the fence after " + text;
		application.bean(Cairn.class).captureMessage(fence);
		application.bean(Cairn.class).flush(java.time.Duration.ofSeconds(30));
		RunningApplication.await(() -> !events(fence).isEmpty());
		List<JsonNode> events = events(text).stream().filter((event) -> !event.toString().contains(fence)).toList();
		assertThat(events).hasSize(1);
		return events.get(0);
	}

	private static List<JsonNode> events(String text) {
		return application.sentry().events().stream().filter((event) -> event.toString().contains(text)).toList();
	}

	private static double counted() {
		return application.bean(MeterRegistry.class)
			.find("cairn.incidents")
			.functionCounters()
			.stream()
			.filter((counter) -> !"text".equals(counter.getId().getTag("exception")))
			.mapToDouble(FunctionCounter::count)
			.sum();
	}

	/** Whatever is logged of it at ERROR, the container's own line included. */
	private static void assertThatLinesCarry(String errorId, String text) {
		List<ILoggingEvent> lines = RunningApplication.logEvents()
			.stream()
			.filter((line) -> line.getLevel() == ch.qos.logback.classic.Level.ERROR && mentions(line, text))
			.toList();
		assertThat(lines).allSatisfy(
				(line) -> assertThat(line.getMDCPropertyMap()).as(line.toString()).containsEntry("errorId", errorId));
	}

	private static boolean mentions(ILoggingEvent line, String text) {
		return line.getFormattedMessage().contains(text)
				|| Optional.ofNullable(line.getThrowableProxy()).map((proxy) -> mentions(proxy, text)).orElse(false);
	}

	private static boolean mentions(ch.qos.logback.classic.spi.IThrowableProxy proxy, String text) {
		return text.equals(proxy.getMessage()) || (proxy.getCause() != null && mentions(proxy.getCause(), text));
	}

	private static void assertThatTheAnswerCarries(String errorId, HttpResponse<String> answer) {
		assertThat(answer.statusCode()).isGreaterThanOrEqualTo(500);
		assertThat(answer.headers().firstValue("X-Error-Id")).contains(errorId);
		assertThat(RunningApplication.json(answer.body()).path("errorId").asString()).isEqualTo(errorId);
	}

	private static void assertThatTheSpanCarries(String errorId, boolean failed) {
		RunningApplication.await(() -> WaysIn.spans.containsKey(errorId));
		if (failed) {
			ReadableSpan span = WaysIn.spans.get(errorId);
			assertThat(span.toSpanData().getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
		}
	}

	/** Texts that differ in numbers only would be of one kind. */
	private static String letters(int number) {
		return Integer.toString(number)
			.replace('0', 'a')
			.replace('1', 'b')
			.replace('2', 'c')
			.replace('3', 'd')
			.replace('4', 'e')
			.replace('5', 'f')
			.replace('6', 'g')
			.replace('7', 'h')
			.replace('8', 'i')
			.replace('9', 'j') + ".";
	}

}
