package dev.cairn.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;

import dev.cairn.Message;
import dev.cairn.MessageFields;
import dev.cairn.engine.EventSchemas;
import dev.cairn.test.RecordedSignal.Measured;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

/**
 * Assertions about the signals that a {@link CairnRecorder} has recorded, for AssertJ's
 * {@code assertThat(cairn)}. Assertions that something was recorded wait for it, up to
 * the {@linkplain #within timeout} of the recorder. Those that something was not recorded
 * do not wait: assert first what comes after it.
 */
public final class CairnAssert extends AbstractAssert<CairnAssert, CairnRecorder> {

	private final Duration timeout;

	CairnAssert(CairnRecorder recorder, Duration timeout) {
		super(recorder, CairnAssert.class);
		this.timeout = timeout;
	}

	CairnAssert(Selection.Source source) {
		this(source.recorder(), source.timeout());
		if (!source.description().isEmpty()) {
			as(source.description());
		}
	}

	/**
	 * Sets how long the assertions that follow wait.
	 * @param limit the maximum time, or zero to not wait
	 * @return assertions with this timeout
	 */
	public CairnAssert within(Duration limit) {
		return new CairnAssert(new Selection.Source(this.actual, limit, this.info.descriptionText()));
	}

	/**
	 * Asserts that messages of a type were published.
	 * @param type the type, such as {@code order.placed}
	 * @return assertions about them
	 */
	public MessageAssert recorded(String type) {
		return new MessageAssert(messages("message '" + type + "'", (message) -> message.type().equals(type)));
	}

	/**
	 * Asserts that events of a class of records were published, with its type and its
	 * version.
	 * @param event the class of the records
	 * @return assertions about their messages
	 * @throws IllegalArgumentException if records of the class cannot be published
	 */
	public MessageAssert recorded(Class<? extends Record> event) {
		return new MessageAssert(messages("event " + describe(event), isOf(event)));
	}

	private static String describe(Class<? extends Record> event) {
		return event.getSimpleName() + " ('" + EventSchemas.typeOf(event) + "', version "
				+ EventSchemas.versionOf(event) + ")";
	}

	/** Two versions of an event have one type. */
	private static Predicate<Message> isOf(Class<? extends Record> event) {
		String type = EventSchemas.typeOf(event);
		int version = EventSchemas.versionOf(event);
		return (message) -> message.type().equals(type)
				&& message.fields().get(MessageFields.EVENT_VERSION) instanceof Number number
				&& number.intValue() == version;
	}

	/**
	 * Asserts that messages of these types were published in this order. There may be
	 * others between them.
	 * @param types the types
	 * @return these assertions
	 */
	public CairnAssert recordedInOrder(String... types) {
		Boolean found = this.actual.recordings()
			.await(this.timeout, (signals) -> containsInOrder(signals, types) ? true : null);
		if (found == null) {
			throw source().failure("Expected messages " + String.join(", ", types)
					+ " in this order, but there were not" + source().waited() + ".", CairnAssert::isAboutMessages);
		}
		return this;
	}

	private static boolean containsInOrder(List<RecordedSignal> signals, String... types) {
		int next = 0;
		for (RecordedSignal signal : signals) {
			if (next < types.length && signal instanceof RecordedSignal.Published published
					&& published.message().type().equals(types[next])) {
				next++;
			}
		}
		return next == types.length;
	}

	/**
	 * Asserts that no message of a type was published so far.
	 * @param type the type
	 * @return these assertions
	 */
	public CairnAssert neverRecorded(String type) {
		return neverRecorded("message '" + type + "'", (message) -> message.type().equals(type));
	}

	/**
	 * Asserts that no event of a class of records was published so far.
	 * @param event the class of the records
	 * @return these assertions
	 * @throws IllegalArgumentException if records of the class cannot be published
	 */
	public CairnAssert neverRecorded(Class<? extends Record> event) {
		return neverRecorded("event " + describe(event), isOf(event));
	}

	private CairnAssert neverRecorded(String what, Predicate<Message> condition) {
		return none("no " + what, CairnAssert::isAboutMessages,
				(signal) -> signal instanceof RecordedSignal.Published published
						&& condition.test(published.message()));
	}

	/**
	 * Asserts that requests were served and reported by a message.
	 * @param method the method, such as {@code POST}
	 * @param route the route, such as {@code /orders/{id}}, or the path of a request
	 * without one
	 * @return assertions about their messages
	 */
	public MessageAssert request(String method, String route) {
		return new MessageAssert(messages("request " + method + " " + route,
				(message) -> message.type().equals(Message.TYPE_HTTP_REQUEST)
						&& method.equals(MessageFields.method(message)) && (route.equals(MessageFields.route(message))
								|| route.equals(message.fields().get(MessageFields.PATH)))));
	}

	/**
	 * Asserts that exactly one incident was reported.
	 * @return assertions about it
	 */
	public IncidentAssert hasOneIncident() {
		return incidents("incident", (signal) -> true);
	}

	/**
	 * Asserts that exactly one incident of a type was reported, whatever others there
	 * are.
	 * @param type the class of the exception, or of one that has caused it
	 * @return assertions about it
	 */
	public IncidentAssert hasOneIncident(Class<? extends Throwable> type) {
		return incidents("incident " + type.getSimpleName(), (signal) -> isCausedBy(signal.failure().thrown(), type));
	}

	private IncidentAssert incidents(String what, Predicate<RecordedSignal.Incident> condition) {
		return new IncidentAssert(Selection
			.of(source(), RecordedSignal.Incident.class, what, RecordedSignal.Incident.class::isInstance, condition)
			.exactly(1));
	}

	private static boolean isCausedBy(@Nullable Throwable thrown, Class<? extends Throwable> type) {
		// Causes that go round in circles are no reason to do the same
		return Stream.iterate(thrown, Objects::nonNull, (each) -> Objects.requireNonNull(each).getCause())
			.limit(100)
			.anyMatch(type::isInstance);
	}

	/**
	 * Asserts that no incident was reported so far.
	 * @return these assertions
	 */
	public CairnAssert hasNoIncident() {
		return none("no incident", RecordedSignal.Incident.class::isInstance,
				RecordedSignal.Incident.class::isInstance);
	}

	/**
	 * Asserts that a timer has recorded durations in this test.
	 * @param name the name of the timer
	 * @return assertions about them
	 */
	public MeterAssert timer(String name) {
		return meter(Measured.Meter.TIMER, name);
	}

	/**
	 * Asserts that a counter was increased in this test.
	 * @param name the name of the counter
	 * @return assertions about the amounts
	 */
	public MeterAssert counter(String name) {
		return meter(Measured.Meter.COUNTER, name);
	}

	/**
	 * Asserts that a distribution has recorded values in this test.
	 * @param name the name of the distribution summary
	 * @return assertions about them
	 */
	public MeterAssert summary(String name) {
		return meter(Measured.Meter.SUMMARY, name);
	}

	private MeterAssert meter(Measured.Meter meter, String name) {
		return new MeterAssert(
				Selection.of(source(), Measured.class, meter.name().toLowerCase(Locale.ROOT) + " '" + name + "'",
						Measured.class::isInstance, (signal) -> signal.meter() == meter && signal.name().equals(name)));
	}

	/**
	 * Asserts that no counter, timer or distribution of a name has recorded a value in
	 * this test so far.
	 * @param name the name of the meter
	 * @return these assertions
	 */
	public CairnAssert neverMeasured(String name) {
		return none("no value of '" + name + "'", Measured.class::isInstance,
				(signal) -> signal instanceof Measured measured && measured.name().equals(name));
	}

	/**
	 * Asserts that exactly one gauge has a name and tags, and that it has a value, which
	 * is read now. A gauge is that of the application and not of this test.
	 * @param name the name of the gauge
	 * @param value the value
	 * @param tags alternating keys and values
	 * @return these assertions
	 */
	public CairnAssert hasGauge(String name, double value, String... tags) {
		Map<String, String> expected = tags(tags);
		boolean found = this.actual.recordings()
			.awaitValue(this.timeout, () -> this.actual.gauges().read(name, expected).equals(List.of(value)));
		if (!found) {
			throw source().failure(
					"Expected gauge '" + name + "' " + expected + " to be " + value
							+ ", but the gauges with this name and tags are "
							+ this.actual.gauges().read(name, expected) + source().waited() + ".",
					Measured.class::isInstance);
		}
		return this;
	}

	private static Map<String, String> tags(String... tags) {
		if (tags.length % 2 != 0) {
			throw new IllegalArgumentException(
					"tags must be alternating keys and values, but were " + Arrays.toString(tags));
		}
		Map<String, String> byKey = new LinkedHashMap<>();
		for (int i = 0; i < tags.length; i += 2) {
			byKey.put(tags[i], tags[i + 1]);
		}
		return byKey;
	}

	/**
	 * Asserts that observations have ended, which are spans if there is a tracer.
	 * @param name the name of the span, such as {@code OrderService.place}, or of the
	 * observation
	 * @return assertions about them
	 */
	public SpanAssert span(String name) {
		return new SpanAssert(Selection.of(source(), RecordedSignal.ObservationEnded.class, "span '" + name + "'",
				RecordedSignal.ObservationEnded.class::isInstance,
				(signal) -> signal.spanName().equals(name) || signal.name().equals(name)));
	}

	/**
	 * Asserts that lines were logged at the level INFO or above.
	 * @param part a part of their text
	 * @return assertions about them
	 */
	public LogAssert logged(String part) {
		return new LogAssert(Selection.of(source(), RecordedSignal.Logged.class, "log line containing \"" + part + "\"",
				RecordedSignal.Logged.class::isInstance, (signal) -> signal.entry().text().contains(part)));
	}

	/**
	 * Asserts that no message was lost so far. Messages that were sampled out, filtered
	 * or published in a transaction that was rolled back are not lost. While tests run in
	 * parallel, losses that only the Ledger has counted are not seen, since they belong
	 * to no test.
	 * @return these assertions
	 */
	public CairnAssert lostNothing() {
		none("no message to be lost", CairnAssert::isAboutMessages, CairnAssert::isLoss);
		List<String> counted = this.actual.countedLosses();
		if (!counted.isEmpty()) {
			throw source().failure(
					"Expected no message to be lost, but the Ledger has counted " + String.join(", ", counted) + ".",
					CairnAssert::isAboutMessages);
		}
		return this;
	}

	private static boolean isLoss(RecordedSignal signal) {
		return (signal instanceof RecordedSignal.Lost lost && !Losses.isIntended(lost.reason()))
				|| (signal instanceof RecordedSignal.Published published && !published.accepted());
	}

	/**
	 * Asserts that all messages, as they are sent, match the published schema of their
	 * type, or else that of the envelope. Requires
	 * {@code com.networknt:json-schema-validator}.
	 * @return these assertions
	 * @see dev.cairn.engine.EventSchemas
	 */
	public CairnAssert matchesSchemas() {
		List<String> errors = new ArrayList<>();
		this.actual.messages().forEach((message) -> {
			String wrong = Schemas.check(message, false);
			if (wrong != null) {
				errors.add(message.type() + wrong);
			}
		});
		if (!errors.isEmpty()) {
			throw source().failure(
					"Expected all messages to match their schemas, but " + String.join("\nand ", errors) + ".",
					CairnAssert::isAboutMessages);
		}
		return this;
	}

	private Selection<RecordedSignal.Published> messages(String what, Predicate<Message> condition) {
		return Selection.of(source(), RecordedSignal.Published.class, what, CairnAssert::isAboutMessages,
				(signal) -> condition.test(signal.message()));
	}

	private CairnAssert none(String what, Predicate<RecordedSignal> matters, Predicate<RecordedSignal> unexpected) {
		long number = this.actual.signals().stream().filter(unexpected).count();
		if (number > 0) {
			throw source().failure(
					"Expected " + what + ", but there " + ((number == 1) ? "was one" : "were " + number) + ".",
					matters);
		}
		return this;
	}

	private static boolean isAboutMessages(RecordedSignal signal) {
		return signal instanceof RecordedSignal.Published || signal instanceof RecordedSignal.SampledOut
				|| signal instanceof RecordedSignal.Lost;
	}

	Duration timeout() {
		return this.timeout;
	}

	private Selection.Source source() {
		return new Selection.Source(this.actual, this.timeout, this.info.descriptionText());
	}

}
