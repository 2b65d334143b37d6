package dev.cairn.mcp;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

import dev.cairn.ApplicationFrames;
import dev.cairn.Failure;
import dev.cairn.Message;
import dev.cairn.encoding.MessageEncoder;
import dev.cairn.engine.MessageBuilder;
import dev.cairn.incident.Incidents;
import dev.cairn.redaction.Redactor;
import dev.cairn.testing.TestMessages;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RecentMessages}, {@link IncidentGroups} and {@link Answer}.
 */
class RecordedSignalsTests {

	private final RecentMessages messages = new RecentMessages(MessageEncoder.cairn(Redactor.DEFAULT), 3);

	private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));

	private final IncidentGroups groups = new IncidentGroups(
			new Incidents(Incidents.Options.DEFAULT, ApplicationFrames.DEFAULT), ApplicationFrames.DEFAULT,
			Redactor.DEFAULT, this.now::get);

	@Test
	void theOldestMessageIsForgotten() {
		for (int i = 0; i < 5; i++) {
			this.messages.published(message("order.placed", Map.of("number", i), null), true, null);
		}
		assertThat(this.messages.all()
			.map((message) -> Answer.parse(message.json(this.messages.encoder())))
			.map((json) -> json.path("fields").path("number").asInt())).containsExactly(4, 3, 2);
	}

	@Test
	void otherMessagesDoNotDisplaceRequests() {
		this.messages.published(message(Message.TYPE_HTTP_REQUEST, Map.of(), null), true, null);
		for (int i = 0; i < 5; i++) {
			this.messages.published(message("order.placed", Map.of(), null), true, null);
		}
		assertThat(this.messages.requests()).hasSize(1);
	}

	@Test
	void aLargeMessageIsShortened() {
		this.messages.published(message("order.placed", Map.of("note", "x".repeat(200_000)), null), true, null);
		RecentMessage kept = this.messages.all().findFirst().orElseThrow();
		assertThat(kept.message()).isNull();
		assertThat(kept.json(this.messages.encoder())).hasSizeLessThanOrEqualTo(RecentMessage.MAX_BYTES);
		assertThat(Answer.parse(kept.json(this.messages.encoder())).path("truncated").asBoolean()).isTrue();
	}

	@Test
	void noThrowableIsKept() {
		Throwable thrown = new IllegalStateException("password=hunter2");
		this.messages.published(message(Message.TYPE_EXCEPTION, Map.of(), thrown), true, null);
		RecentMessage kept = this.messages.all().findFirst().orElseThrow();
		assertThat(kept.message()).isNull();
		assertThat(new String(kept.json(this.messages.encoder()), StandardCharsets.UTF_8))
			.contains("IllegalStateException")
			.doesNotContain("hunter2");
	}

	@Test
	void failuresOfOneKindAreOneGroup() {
		for (int i = 0; i < 3; i++) {
			this.groups.incident(Failure.of("order 1 failed, password=hunter2"), "e" + i, null);
			this.now.updateAndGet((time) -> time.plus(Duration.ofMinutes(1)));
		}
		assertThat(this.groups.newestFirst()).singleElement().satisfies((group) -> {
			assertThat(group.count()).isEqualTo(3);
			assertThat(group.firstSeen()).isEqualTo("2026-01-01T00:00:00Z");
			assertThat(group.lastSeen()).isEqualTo("2026-01-01T00:02:00Z");
			assertThat(group.lastErrorId()).isEqualTo("e2");
			assertThat(group.message()).doesNotContain("hunter2");
		});
	}

	@Test
	void theGroupThatHasNotFailedForTheLongestTimeIsForgotten() {
		String[] letters = "abcdefghijklmnop".split("");
		int failures = 0;
		for (String first : letters) {
			for (String second : letters) {
				this.groups.incident(Failure.of("failure " + first + second), "e" + failures++, null);
				this.now.updateAndGet((time) -> time.plusSeconds(1));
			}
		}
		assertThat(failures).isGreaterThan(IncidentGroups.MAX_GROUPS);
		List<IncidentGroups.Group> kept = this.groups.newestFirst();
		assertThat(kept).hasSize(IncidentGroups.MAX_GROUPS);
		assertThat(kept.get(0).message()).isEqualTo("failure pp");
	}

	@Test
	void anAnswerIsBoundedAndSaysWhatIsMissing() {
		List<String> items = IntStream.range(0, 100).mapToObj((number) -> "\u20ac".repeat(1000)).toList();
		String answer = Answer.list(Map.of("kinds", 100), "items", items);
		assertThat(answer.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(Answer.MAX_BYTES + 100);
		JsonNode json = Answer.parse(answer.getBytes(StandardCharsets.UTF_8));
		assertThat(json.path("items")).hasSizeGreaterThan(10);
		assertThat(json.path("items").size() + json.path("omitted").asInt()).isEqualTo(100);
		assertThat(json.path("kinds").asInt()).isEqualTo(100);
	}

	private static Message message(String type, Map<String, ?> fields, Throwable thrown) {
		MessageBuilder builder = TestMessages.builder(type);
		fields.forEach(builder::field);
		return (thrown != null) ? builder.thrown(thrown).build() : builder.build();
	}

}
