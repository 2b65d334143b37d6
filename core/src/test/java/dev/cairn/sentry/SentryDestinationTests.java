package dev.cairn.sentry;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import dev.cairn.ApplicationFrames;
import dev.cairn.Cairn;
import dev.cairn.Category;
import dev.cairn.Ledger;
import dev.cairn.Ledger.DropReason;
import dev.cairn.Message;
import dev.cairn.Severity;
import dev.cairn.Trace;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.AsyncSink;
import dev.cairn.delivery.Channel;
import dev.cairn.delivery.DeliveryOptions;
import dev.cairn.delivery.Sink;
import dev.cairn.delivery.Sink.Outgoing;
import dev.cairn.delivery.Sink.Outgoing.Completion;
import dev.cairn.engine.CairnBuilder;
import dev.cairn.incident.Incidents;
import dev.cairn.redaction.Redactor;
import dev.cairn.testing.AwaitThreads;
import dev.cairn.testing.LogCapture;
import dev.cairn.testing.SentryServer;
import dev.cairn.testing.TestMessages;
import io.sentry.EventProcessor;
import io.sentry.Hint;
import io.sentry.ITransportFactory;
import io.sentry.Sentry;
import io.sentry.Sentry.OptionsConfiguration;
import io.sentry.SentryEnvelope;
import io.sentry.SentryEvent;
import io.sentry.SentryOptions;
import io.sentry.protocol.User;
import io.sentry.transport.ITransport;
import io.sentry.transport.RateLimiter;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.MDC;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SentryDestination}, Sentry's real client and a real HTTP server.
 */
@Timeout(120)
@ExtendWith(AwaitThreads.class)
class SentryDestinationTests {

	private static final Duration LONG = Duration.ofSeconds(60);

	/** The id of the unit of work. */
	private static final String WORK = "0123456789abcdef0123456789abcdef";

	private static final DeliveryOptions OPTIONS = DeliveryOptions.DEFAULT.withBatches(100, Duration.ofMillis(5))
		.withRetry(Duration.ofMillis(20), Duration.ofMillis(100), Duration.ofMinutes(10));

	private final SentryServer server = new SentryServer();

	private final Accounts ledger = new Accounts();

	private final Channel channel = this.ledger.channel("sentry");

	private final LogCapture log = new LogCapture();

	private final SentryDestination destination = new SentryDestination(Sentry::getCurrentScopes, () -> WORK);

	private AsyncSink sink;

	@AfterEach
	void stop() {
		this.server.resume();
		if (this.sink != null) {
			this.sink.stop(Duration.ofSeconds(5));
		}
		Sentry.close();
		this.server.stop();
		this.log.close();
		MDC.clear();
	}

	@Test
	void givesTheEventTheIdOfTheIncident() {
		start();
		try (Cairn cairn = new CairnBuilder(TestMessages.ORIGIN).ledger(this.ledger)
			.sink(this.sink)
			.incidents(new Incidents(Incidents.Options.DEFAULT, ApplicationFrames.DEFAULT))
			.build()) {
			String errorId = cairn.capture(new IllegalStateException("no"));
			assertThat(this.server.awaitEvent().get("event_id").asString()).isEqualTo(errorId);
		}
	}

	@Test
	void givesTheEventTheIdOfTheMessageWithoutAnIncident() {
		start();
		Message message = TestMessages.message();
		offer(message);
		assertThat(this.server.awaitEvent().get("event_id").asString()).isEqualTo(message.id().replace("-", ""));
	}

	@Test
	void takesAnErrorIdOfTheApplicationForAFieldLikeAnyOther() {
		start();
		for (String errorId : List.of("order-17", "z".repeat(32), "", "A".repeat(32))) {
			offer(TestMessages.builder("a").field("error_id", errorId).build());
		}
		assertThat(this.sink.flush(LONG)).isTrue();
		assertThat(this.server.distinctEvents()).hasSize(4);
		assertThat(context(this.server.distinctEvents().get(0)).get("error_id").asString()).isEqualTo("order-17");
	}

	@Test
	void describesTheExceptionAndItsCauses() {
		start();
		offer(failure(new RuntimeException("the wrapper", new IllegalStateException("the cause"))));
		JsonNode values = this.server.awaitEvent().get("exception").get("values");
		assertThat(values).hasSize(2);
		assertThat(values.get(0).get("type").asString()).isEqualTo("IllegalStateException");
		assertThat(values.get(0).get("module").asString()).isEqualTo("java.lang");
		assertThat(values.get(0).get("value").asString()).isEqualTo("the cause");
		assertThat(values.get(1).get("value").asString()).isEqualTo("the wrapper");
		assertThat(values.get(1).get("stacktrace").get("frames").toString())
			.contains("describesTheExceptionAndItsCauses");
	}

	@Test
	void describesCausesThatRunInACircle() {
		start();
		RuntimeException first = new RuntimeException("first");
		first.initCause(new IllegalStateException("second", first));
		offer(failure(first));
		JsonNode values = this.server.awaitEvent().get("exception").get("values");
		assertThat(values.get(0).get("type").asString()).isEqualTo("IllegalStateException");
		assertThat(values.get(0).get("value").asString()).isEqualTo("second");
		assertThat(values.get(1).get("value").asString()).isEqualTo("first");
		assertThat(values.get(1).get("stacktrace").get("frames").toString())
			.contains("describesCausesThatRunInACircle");
	}

	@Test
	void describesTheBeginningOfCausesWithoutEnd() {
		start();
		offer(failure(new Endless()));
		assertThat(this.server.awaitEvent().get("exception").get("values")).hasSize(51);
	}

	@Test
	void sendsAStackOf10000Frames() {
		start();
		StackOverflowError thrown = new StackOverflowError();
		StackTraceElement[] frames = new StackTraceElement[10_000];
		Arrays.fill(frames, new StackTraceElement("com.acme.Deep", "down", "Deep.java", 7));
		thrown.setStackTrace(frames);
		offer(failure(thrown));
		assertThat(this.server.awaitEvent().get("exception").get("values").get(0).get("type").asString())
			.isEqualTo("StackOverflowError");
	}

	@Test
	void survivesAnExceptionThatCannotBeAsked() {
		start();
		offer(failure(new RuntimeException() {

			@Override
			public String getMessage() {
				throw new IllegalStateException("no");
			}

		}));
		offer(TestMessages.message());
		assertThat(this.sink.flush(LONG)).isTrue();
		assertThat(this.channel.balance().delivered()).isEqualTo(2);
		assertThat(this.server.distinctEvents()).hasSize(2);
	}

	@Test
	void sendsTheTraceOfTheMessage() {
		start();
		offer(TestMessages.builder("a").trace(new Trace("a", "b", true)).build());
		JsonNode trace = this.server.awaitEvent().get("contexts").get("trace");
		assertThat(trace.get("trace_id").asString()).isEqualTo("0000000000000000000000000000000a");
		assertThat(trace.get("span_id").asString()).isEqualTo("000000000000000b");
	}

	@Test
	void sendsWhatTheMessageHolds() {
		start();
		Message message = TestMessages.builder("order.failed")
			.timestamp(Instant.parse("2026-01-31T23:59:59.123Z"))
			.severity(Severity.WARNING)
			.logger("checkout")
			.payload("it went wrong")
			.category(Category.QUALITY)
			.field("method", "POST")
			.field("route", "/orders/{id}")
			.field("order", Map.of("id", 42))
			.build();
		offer(message);
		JsonNode event = this.server.awaitEvent();
		assertThat(event.get("message").get("formatted").asString()).isEqualTo("it went wrong");
		assertThat(event.get("level").asString()).isEqualTo("warning");
		assertThat(event.get("logger").asString()).isEqualTo("checkout");
		assertThat(event.get("release").asString()).isEqualTo("1.2.3");
		assertThat(event.get("transaction").asString()).isEqualTo("POST /orders/{id}");
		assertThat(event.get("timestamp").asString()).isEqualTo("2026-01-31T23:59:59.123Z");
		assertThat(context(event).get("order").get("id").asInt()).isEqualTo(42);
		assertThat(context(event).get("message_id").asString()).isEqualTo(message.id());
		assertThat(context(event).get("message_type").asString()).isEqualTo("order.failed");
		assertThat(context(event).get("category").asString()).isEqualTo("quality");
	}

	@Test
	void usesTheTypeWhenThereIsNoPayload() {
		start();
		offer(TestMessages.builder("order.failed").build());
		assertThat(this.server.awaitEvent().get("message").get("formatted").asString()).isEqualTo("order.failed");
	}

	@Test
	void sendsThePayloadBesideTheException() {
		start();
		offer(TestMessages.builder("exception").payload("what I did").thrown(new IllegalStateException("no")).build());
		assertThat(this.server.awaitEvent().get("message").get("formatted").asString()).isEqualTo("what I did");
		assertThat(this.server.distinctEvents().get(0).get("exception").get("values").get(0).get("value").asString())
			.isEqualTo("no");
	}

	@Test
	void sendsNumbersThatJsonDoesNotHave() {
		start();
		offer(TestMessages.builder("a")
			.field("nan", Double.NaN)
			.field("nested", Map.of("list", List.of(1.5, Float.NEGATIVE_INFINITY)))
			.build());
		assertThat(this.sink.flush(LONG)).isTrue();
		assertThat(this.channel.balance().delivered()).isEqualTo(1);
		JsonNode context = context(this.server.awaitEvent());
		assertThat(context.get("nan").asString()).isEqualTo("NaN");
		assertThat(context.get("nested").get("list").get(1).asString()).isEqualTo("-Infinity");
	}

	@Test
	void sendsTheScopesOfTheReportingThreadAsTheyWere() {
		start();
		occupyTheSink();
		Sentry.setTag("tenant", "reporting");
		Sentry.addBreadcrumb("before the report");
		User user = new User();
		user.setId("u1");
		Sentry.setUser(user);
		offer(failure(new IllegalStateException("no")));
		Sentry.setTag("tenant", "next");
		Sentry.setUser(null);
		Sentry.clearBreadcrumbs();
		this.server.resume();
		assertThat(this.sink.flush(LONG)).isTrue();
		JsonNode event = this.server.distinctEvents().get(1);
		assertThat(event.get("tags").get("tenant").asString()).isEqualTo("reporting");
		assertThat(event.get("user").get("id").asString()).isEqualTo("u1");
		assertThat(event.get("breadcrumbs").toString()).contains("before the report");
	}

	@Test
	void sendsTheContextTagsOfTheReportingThread() {
		start((options) -> options.addContextTag("order"));
		occupyTheSink();
		MDC.put("order", "o1");
		MDC.put("other", "not a tag");
		offer(failure(new IllegalStateException("no")));
		MDC.clear();
		this.server.resume();
		assertThat(this.sink.flush(LONG)).isTrue();
		JsonNode tags = this.server.distinctEvents().get(1).get("tags");
		assertThat(tags.get("order").asString()).isEqualTo("o1");
		assertThat(tags.has("other")).isFalse();
	}

	@Test
	void countsAsFilteredWhatBeforeSendDoesNotWant() {
		start((options) -> options.setBeforeSend((event, hint) -> event.getLogger().equals("unwanted") ? null : event));
		offer(TestMessages.builder("a").logger("unwanted").build());
		offer(TestMessages.builder("a").logger("wanted").build());
		assertThat(this.sink.flush(LONG)).isTrue();
		assertThat(this.channel.balance().filtered()).isEqualTo(1);
		assertThat(this.channel.balance().delivered()).isEqualTo(1);
		assertThat(this.server.distinctEvents()).singleElement()
			.satisfies((event) -> assertThat(event.get("logger").asString()).isEqualTo("wanted"));
	}

	@Test
	void countsAsFilteredWhatBeforeSendFailsOn() {
		start((options) -> options.setBeforeSend((event, hint) -> {
			throw new IllegalStateException("no");
		}));
		offer(TestMessages.message());
		assertThat(this.sink.flush(LONG)).isTrue();
		assertThat(this.channel.balance().filtered()).isEqualTo(1);
		assertThat(this.channel.balance().held()).isZero();
	}

	@Test
	void countsAsFilteredWhatTheApplicationHasSentBefore() {
		start();
		Message message = failure(new IllegalStateException("no"));
		this.destination.events().sentByApplication(message.id().replace("-", ""));
		offer(message);
		assertThat(this.sink.flush(LONG)).isTrue();
		assertThat(this.channel.balance().filtered()).isEqualTo(1);
		assertThat(this.server.distinctEvents()).isEmpty();
	}

	@Test
	void sendsEachFailureOfAConstantException() {
		start();
		IllegalStateException constant = new IllegalStateException("no");
		Sentry.captureException(constant);
		for (int i = 0; i < 6; i++) {
			offer(failure(constant));
		}
		assertThat(this.sink.flush(LONG)).isTrue();
		assertThat(this.channel.balance().delivered()).isEqualTo(6);
		Awaitility.await().atMost(LONG).untilAsserted(() -> assertThat(this.server.distinctEvents()).hasSize(7));
	}

	@Test
	void processesEachEventOnTheThreadThatPublishes() {
		List<String> threads = new CopyOnWriteArrayList<>();
		start((options) -> {
			options.addEventProcessor(new EventProcessor() {

				@Override
				public SentryEvent process(SentryEvent event, Hint hint) {
					threads.add(Thread.currentThread().getName() + " " + MDC.get("order"));
					return event;
				}

			});
			options.setBeforeSend((event, hint) -> {
				threads.add(Thread.currentThread().getName() + " " + MDC.get("order"));
				return event;
			});
		});
		MDC.put("order", "o1");
		offer(failure(new IllegalStateException("no")));
		MDC.clear();
		assertThat(this.sink.flush(LONG)).isTrue();
		String here = Thread.currentThread().getName() + " o1";
		assertThat(threads).containsExactly(here, here);
		JsonNode event = this.server.awaitEvent();
		assertThat(event.at("/exception/values/0/thread_id").asLong()).isEqualTo(Thread.currentThread().getId());
		assertThat(event.at("/exception/values/0/mechanism/type").asString()).isEqualTo("cairn");
	}

	@Test
	void processesAnEventThatNoCodeOfTheApplicationSeesOnTheThreadOfTheSink() {
		List<String> threads = new CopyOnWriteArrayList<>();
		start((options) -> {
			options.addContextTag("order");
			options.addEventProcessor(new CairnEventProcessor(this.destination, () -> null, Redactor.DEFAULT));
			options.setModulesLoader(() -> {
				threads.add(Thread.currentThread().getName());
				return Map.of();
			});
		});
		occupyTheSink();
		MDC.put("order", "o1");
		offer(TestMessages.builder("exception")
			.field("log_logger", "Shop")
			.thrown(new IllegalStateException("no", new RuntimeException("cause")))
			.build());
		MDC.clear();
		String name = Thread.currentThread().getName();
		Thread.currentThread().setName("renamed");
		try {
			this.server.resume();
			assertThat(this.sink.flush(LONG)).isTrue();
		}
		finally {
			Thread.currentThread().setName(name);
		}
		assertThat(threads).startsWith(name).last().asString().startsWith("cairn-sentry");
		JsonNode event = this.server.distinctEvents().get(1);
		assertThat(event.at("/exception/values").valueStream().map((each) -> each.path("thread_id").asLong()))
			.containsExactly(Thread.currentThread().getId(), Thread.currentThread().getId());
		assertThat(event.at("/tags/order").asString()).isEqualTo("o1");
		assertThat(event.at("/extra/thread_name").asString()).isEqualTo(name);
		assertThat(event.at("/contexts/trace/trace_id").asString()).isEqualTo(WORK);
	}

	@Test
	void sendsWhatIsNewInTheMessageSinceTheEventWasProcessed() {
		start();
		Message message = failure(new IllegalStateException("no"));
		this.channel.offered();
		this.sink.offer(new Outgoing(message.with(Map.of("count", 7)), this.sink.context(message), Completion.NONE));
		assertThat(context(this.server.awaitEvent()).get("count").asInt()).isEqualTo(7);
	}

	@Test
	void refusesWhatIsPublishedWhileTheClientProcessesAnEvent() {
		start((options) -> options.setBeforeSend((event, hint) -> {
			assertThat(this.sink.context(TestMessages.message())).isSameAs(Sink.REFUSED);
			return event;
		}));
		offer(TestMessages.message());
		assertThat(this.sink.flush(LONG)).isTrue();
		assertThat(this.channel.balance().delivered()).isEqualTo(1);
	}

	@Test
	void anUnhandledFailureIsFatal() {
		start();
		offer(TestMessages.builder("exception")
			.severity(Severity.ERROR)
			.field("handled", false)
			.thrown(new IllegalStateException("no"))
			.build());
		JsonNode event = this.server.awaitEvent();
		assertThat(event.get("level").asString()).isEqualTo("fatal");
		assertThat(event.at("/exception/values/0/mechanism/handled").asBoolean(true)).isFalse();
	}

	@Test
	void sendsMoreAtOnceThanTheQueueOfTheTransportHolds() {
		start((options) -> options.setMaxQueueSize(3));
		for (int n = 0; n < 50; n++) {
			offer(TestMessages.numbered(n));
		}
		assertThat(this.sink.flush(LONG)).isTrue();
		assertThat(this.channel.balance().delivered()).isEqualTo(50);
		assertThat(this.server.distinctEvents().stream().map((event) -> context(event).get("n").asInt()).toList())
			.isEqualTo(java.util.stream.IntStream.range(0, 50).boxed().toList());
		assertThat(eventsSent()).isEqualTo(50);
		assertThat(this.log.warnings()).isEmpty();
	}

	@Test
	void waitsWhileOthersFillTheQueueOfTheTransport() {
		start((options) -> options.setMaxQueueSize(3));
		this.server.hang();
		for (int i = 0; i < 10; i++) {
			Sentry.captureMessage("other " + i);
		}
		offer(TestMessages.numbered(1));
		Awaitility.await().atMost(LONG).until(() -> this.channel.balance().state() == Ledger.State.DOWN);
		assertThat(this.channel.balance().lastError()).contains("queue of Sentry's transport is full");
		assertThat(this.log.warnings()).hasSize(1);
		this.server.resume();
		assertThat(this.sink.flush(LONG)).isTrue();
		assertThat(this.channel.balance().delivered()).isEqualTo(1);
		assertThat(this.server.distinctEvents().stream().filter((event) -> event.get("contexts").has("cairn")))
			.hasSize(1);
	}

	@Test
	void sendsAnEventOnceMoreThatTheServerFailedOn() {
		AtomicInteger seen = new AtomicInteger();
		start((options) -> options.setBeforeSend((event, hint) -> {
			seen.incrementAndGet();
			return event;
		}));
		this.server.refuse(500);
		this.server.refuse(503);
		offer(failure(new RuntimeException("wrapper", new IllegalStateException("no"))));
		assertThat(this.sink.flush(LONG)).isTrue();
		assertThat(this.server.distinctEvents()).singleElement()
			.satisfies((event) -> assertThat(event.get("exception").get("values")).hasSize(2));
		assertThat(eventsSent()).isEqualTo(3);
		assertThat(seen).as("the application sees each event once").hasValue(1);
		assertThat(this.channel.balance().delivered()).isEqualTo(1);
		assertThat(this.channel.balance().filtered()).isZero();
	}

	@Test
	void waitsAsLongAsTheServerAsksFor() {
		start();
		this.server.refuse(429, "Retry-After", "1");
		offer(failure(new IllegalStateException("no")));
		assertThat(this.sink.flush(LONG)).isTrue();
		assertThat(this.server.distinctEvents()).hasSize(1);
		assertThat(eventsSent()).isEqualTo(2);
		assertThat(this.channel.balance().delivered()).isEqualTo(1);
		assertThat(this.log.warnings()).hasSize(1);
	}

	@Test
	void sendsTheOthersOfABatchOnceWhenOneIsRefused() {
		start();
		occupyTheSink();
		this.server.refuse(500);
		for (int n = 1; n <= 5; n++) {
			offer(TestMessages.numbered(n));
		}
		this.server.resume();
		assertThat(this.sink.flush(LONG)).isTrue();
		assertThat(this.server.distinctEvents()).hasSize(6);
		assertThat(eventsSent()).isEqualTo(7);
	}

	@Test
	void countsWhatComesAfterTheClientWasClosed() {
		start();
		Sentry.close();
		offer(TestMessages.message());
		assertThat(this.sink.flush(LONG)).isTrue();
		assertThat(this.channel.balance().dropped()).isEqualTo(Map.of(DropReason.SHUTDOWN, 1L));
	}

	@Test
	void sendsOnceThroughATransportThatReportsNothing() {
		List<SentryEnvelope> sent = new CopyOnWriteArrayList<>();
		start((options) -> options.setTransportFactory(silentTransport(sent)));
		for (int n = 0; n < 30; n++) {
			offer(TestMessages.numbered(n));
		}
		assertThat(this.sink.flush(LONG)).isTrue();
		assertThat(this.channel.balance().delivered()).isEqualTo(30);
		assertThat(sent).hasSize(30);
		assertThat(this.log.warnings()).isEmpty();
	}

	private void start() {
		start((options) -> {
		});
	}

	private void start(OptionsConfiguration<SentryOptions> configuration) {
		this.server.start();
		Sentry.init((options) -> {
			options.setDsn(this.server.dsn());
			options.setReadTimeoutMillis(60_000);
			options.setShutdownTimeoutMillis(0);
			options.setFlushTimeoutMillis(0);
			options.setEnableUncaughtExceptionHandler(false);
			options.setEnableShutdownHook(false);
			options.setSendClientReports(false);
			configuration.configure(options);
			SentryDestination.prepare(options);
		});
		this.sink = new AsyncSink(this.channel, this.destination, OPTIONS);
		this.sink.start();
	}

	/** The sink's thread waits for the server, so what is offered now is sent later. */
	private void occupyTheSink() {
		this.server.hang();
		offer(TestMessages.message());
		Awaitility.await().atMost(LONG).until(() -> !this.server.bodies().isEmpty());
	}

	private void offer(Message message) {
		this.channel.offered();
		this.sink.offer(new Outgoing(message, this.sink.context(message), Completion.NONE));
	}

	private long eventsSent() {
		return this.server.bodies().stream().filter((body) -> body.contains("\"type\":\"event\"")).count();
	}

	private static Message failure(Throwable thrown) {
		return TestMessages.builder("exception").severity(Severity.ERROR).thrown(thrown).build();
	}

	private static JsonNode context(JsonNode event) {
		return event.get("contexts").get("cairn");
	}

	private static ITransportFactory silentTransport(List<SentryEnvelope> sent) {
		return (options, details) -> new ITransport() {

			@Override
			public void send(SentryEnvelope envelope, Hint hint) {
				sent.add(envelope);
			}

			@Override
			public void flush(long timeoutMillis) {
			}

			@Override
			public RateLimiter getRateLimiter() {
				return null;
			}

			@Override
			public void close() {
			}

			@Override
			public void close(boolean isRestarting) {
			}

		};
	}

	@SuppressWarnings("serial")
	private static final class Endless extends RuntimeException {

		@Override
		public synchronized Throwable getCause() {
			return new Endless();
		}

	}

}
