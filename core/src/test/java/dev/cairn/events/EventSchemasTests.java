package dev.cairn.events;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import dev.cairn.ApplicationFrames;
import dev.cairn.Category;
import dev.cairn.EventType;
import dev.cairn.Trace;
import dev.cairn.engine.EventSchemas;
import dev.cairn.engine.SchemaGenerator;
import dev.cairn.event.CommonEvents.ClientSeen;
import dev.cairn.event.CommonEvents.Interaction;
import dev.cairn.event.CommonEvents.PageLoaded;
import dev.cairn.event.CommonEvents.PageViewed;
import dev.cairn.event.CommonEvents.StepReached;
import dev.cairn.incident.Incidents;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link SchemaGenerator}: real messages are held to the schemas by someone
 * else's validator.
 */
class EventSchemasTests {

	private static final Everything USUAL = new Everything(true, 1, 2L, 3.5, new BigDecimal("9.90"), 'x', "text",
			Size.LARGE, Instant.EPOCH, LocalDate.EPOCH, new UUID(1, 2), URI.create("urn:x"), Optional.of(1),
			List.of("a"), new int[] { 1 }, Map.of("k", 1L), new Part("p", List.of(new Part("q", List.of()))), "any",
			BigInteger.TEN, "i");

	private final Publishing publishing = new Publishing(
			(builder) -> builder.trace(() -> new Trace("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7", true)));

	@AfterEach
	void close() {
		this.publishing.close();
	}

	@Test
	void aMessageFits() throws Exception {
		this.publishing.cairn.publish(USUAL);
		assertThat(errors(Everything.class)).isEmpty();
	}

	@Test
	void aMessageWithoutAnythingFits() throws Exception {
		this.publishing.cairn.publish(new Everything(false, 0, null, Double.NaN, null, 'x', null, null, null, null,
				null, null, Optional.empty(), null, null, null, null, null, null, null));
		assertThat(errors(Everything.class)).isEmpty();
	}

	@Test
	void aMessageWithMoreThanItsRecordFits() throws Exception {
		this.publishing.cairn.event(new Part("p", List.of()))
			.field("more", Map.of())
			.callSite()
			.category(Category.OPERATION)
			.payload("{}")
			.publish();
		Trace kept = new Trace("00000000000000000000000000000001", "00f067aa0ba902b7", true);
		this.publishing.cairn.event(new Part("p", List.of())).trace(kept).rate(0.5).publish();
		for (int i = 0; i < 2; i++) {
			assertThat(Schemas.errors(SchemaGenerator.of(Part.class), this.publishing.messages().get(i))).isEmpty();
		}
	}

	@Test
	void aMessageWhoseValuesWereReplacedFits() throws Exception {
		List<Part> parts = new ArrayList<>();
		parts.add(new Part("again", parts));
		this.publishing.cairn.publish(new Secrets(4111_1111_1111_1111L, 7, true, new Part("circle", parts)));
		assertThat(Schemas.line(this.publishing.message(), 10_000)).contains("[circular]", "********");
		assertThat(errors(Secrets.class)).isEmpty();
	}

	@Test
	void aMessageThatWasTruncatedFits() throws Exception {
		Part deep = new Part("leaf", List.of());
		for (int i = 0; i < 20; i++) {
			deep = new Part("p".repeat(1000), Arrays.asList(deep));
		}
		this.publishing.cairn.publish(deep);
		assertThat(errors(Part.class)).isEmpty();
		String line = Schemas.line(this.publishing.message(), 1024);
		assertThat(line).contains("\"truncated\":true");
		assertThat(Schemas.errors(SchemaGenerator.of(Part.class), line)).isEmpty();
	}

	@Test
	void withoutANullMarkMayBeNull() throws Exception {
		this.publishing.cairn.publish(new Marked("a", null));
		assertThat(errors(Marked.class)).isEmpty();
		String line = Schemas.line(this.publishing.message(), 10_000);
		assertThat(errors(Marked.class, line.replace("\"name\":\"a\"", "\"name\":null"))).isNotEmpty();
	}

	@Test
	void whatDoesNotFitIsFound() throws Exception {
		this.publishing.cairn.publish(USUAL);
		String line = Schemas.line(this.publishing.message(), 10_000);
		assertThat(errors(Everything.class, line)).isEmpty();
		for (String[] change : new String[][] { { "\"count\":1", "\"count\":\"1\"" }, { "\"count\":1,", "" },
				{ "\"size\":\"LARGE\"", "\"size\":\"HUGE\"" }, { "\"severity\":6", "\"severity\":8" },
				{ "\"pid\":4711", "\"pid\":4711,\"extra\":1" }, { "\"type\":\"all.there.is\"", "\"type\":\"other\"" },
				{ "\"event_version\":3", "\"event_version\":2" }, { "\"array\":[1]", "\"array\":[\"x\"]" },
				{ "\"map\":{\"k\":1}", "\"map\":{\"k\":true}" }, { "\"name\":\"q\"", "\"name\":{}" }, { "-7", "7" },
				{ "Z\"", "+00:00\"" } }) {
			assertThat(line).contains(change[0]);
			assertThat(errors(Everything.class, line.replace(change[0], change[1]))).as(change[1]).isNotEmpty();
		}
	}

	@Test
	void everyMessageFitsTheEnvelope() throws Exception {
		this.publishing.cairn.publish(USUAL);
		this.publishing.cairn.event("order.placed", Map.of("a", 1));
		this.publishing.cairn.capture(new IllegalStateException("no"));
		String published = Schemas.published("envelope");
		for (int i = 0; i < 3; i++) {
			assertThat(Schemas.errors(published, this.publishing.messages().get(i))).isEmpty();
		}
	}

	@Test
	void theCommonEventsFit() throws Exception {
		this.publishing.cairn.publish(new PageViewed("/products", "Products", null, "v1", 1200L));
		this.publishing.cairn.publish(new Interaction("click", "/products", "buy", null, null));
		this.publishing.cairn.publish(new PageLoaded("/products", 812.5, 30.0, null, 100_000L, 0));
		this.publishing.cairn
			.publish(new ClientSeen("Firefox", "140", "Linux", "desktop", "de", "AT", null, null, null, "v1"));
		this.publishing.cairn.publish(new StepReached("checkout", "paid", "v1", new BigDecimal("9.90"), "EUR"));
		assertThat(this.publishing.messages()).hasSize(5).allSatisfy((message) -> {
			assertThat(message.category()).isNotNull();
			assertThat(Schemas.errors(Schemas.published(message.type()), message)).isEmpty();
		});
	}

	@Test
	void failuresFit() throws Exception {
		Publishing failing = new Publishing(
				(builder) -> builder.incidents(new Incidents(Incidents.Options.DEFAULT, ApplicationFrames.DEFAULT)));
		IllegalStateException thrown = new IllegalStateException("no", new IllegalArgumentException());
		thrown.addSuppressed(new java.io.IOException("file"));
		failing.cairn.capture(thrown, Map.of("status", 500, "route", "/orders"));
		failing.cairn.captureMessage("it failed");
		failing.close();
		String published = Schemas.published("exception");
		assertThat(failing.messages()).hasSize(2).allSatisfy((message) -> {
			assertThat(Schemas.errors(published, message)).isEmpty();
			assertThat(known(published, "fields")).containsAll(fields(message).propertyNames());
		});
		JsonNode exception = fields(failing.messages().get(0)).get("exception");
		assertThat(known(published, "ThrownObject")).containsExactlyInAnyOrderElementsOf(exception.propertyNames());
		assertThat(known(published, "Frame"))
			.containsExactlyInAnyOrderElementsOf(exception.get("frames").get(0).propertyNames());
	}

	@Test
	void findsTheSchemasOfCairnOnly() {
		assertThat(EventSchemas.find("http.request", getClass().getClassLoader()))
			.contains("urn:cairn:schema:http.request");
		assertThat(EventSchemas.find("order.placed", getClass().getClassLoader())).isNull();
		assertThatIllegalArgumentException()
			.isThrownBy(() -> EventSchemas.find("no type", getClass().getClassLoader()));
	}

	@Test
	void refusesWhatCannotBePublished() {
		assertThatIllegalArgumentException().isThrownBy(() -> SchemaGenerator.of(Unversioned.class))
			.withMessageContaining("version");
	}

	private static JsonNode fields(dev.cairn.Message message) throws Exception {
		return JsonMapper.shared().readTree(Schemas.line(message, 262_144)).get("fields");
	}

	private static List<String> known(String schema, String definition) {
		return List.copyOf(
				JsonMapper.shared().readTree(schema).get("$defs").get(definition).get("properties").propertyNames());
	}

	private List<String> errors(Class<? extends Record> type) throws Exception {
		return Schemas.errors(SchemaGenerator.of(type), this.publishing.message());
	}

	private static List<String> errors(Class<? extends Record> type, String line) {
		return Schemas.errors(SchemaGenerator.of(type), line);
	}

	private enum Size {

		SMALL, LARGE

	}

	@EventType(value = "all.there.is", version = 3)
	private record Everything(boolean flag, int count, Long number, double real, BigDecimal decimal, char letter,
			String text, Size size, Instant instant, LocalDate date, UUID uuid, URI uri, Optional<Integer> optional,
			List<String> list, int[] array, Map<String, Long> map, Part part, Object any, BigInteger big, String id) {
	}

	private record Part(String name, List<Part> parts) {
	}

	private record Secrets(long card, int tokenCount, boolean sessionActive, Part circle) {
	}

	@NullMarked
	private record Marked(String name, @Nullable String note) {
	}

	@EventType(version = -3)
	private record Unversioned() {
	}

}
