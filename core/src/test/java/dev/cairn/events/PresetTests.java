package dev.cairn.events;

import java.util.LinkedHashMap;
import java.util.Map;

import dev.cairn.Category;
import dev.cairn.Message;
import dev.cairn.Severity;
import dev.cairn.engine.CairnBuilder.Preset;
import dev.cairn.testing.LogCapture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * Tests for {@link Preset}.
 */
class PresetTests {

	private static final Preset CHECKOUT = new Preset(Map.of("team", "checkout", "area", "shop"), Category.BEHAVIOUR,
			Severity.NOTICE, null, "checkout");

	private static final Preset EU = new Preset(Map.of("region", "eu", "area", "europe"), Category.OPERATION, null,
			null, null);

	private static final Preset RARE = new Preset(Map.of(), null, null, 0.0, null);

	private final Publishing publishing = new Publishing(
			(builder) -> builder.preset("checkout", CHECKOUT).preset("eu", EU).preset("rare", RARE));

	@AfterEach
	void close() {
		this.publishing.close();
	}

	@Test
	void givesWhatTheCallDoesNot() {
		this.publishing.cairn.event("order.placed").preset("checkout").field("order_id", 1).publish();
		Message message = this.publishing.message();
		assertThat(message.fields()).isEqualTo(Map.of("order_id", 1, "team", "checkout", "area", "shop"));
		assertThat(message.category()).isEqualTo(Category.BEHAVIOUR);
		assertThat(message.severity()).isEqualTo(Severity.NOTICE);
		assertThat(message.logger()).isEqualTo("checkout");
	}

	@Test
	void aLaterPresetGoesBeforeAnEarlierOne() {
		this.publishing.cairn.event("order.placed").preset("checkout", "eu").publish();
		assertThat(this.publishing.message().fields())
			.isEqualTo(Map.of("team", "checkout", "region", "eu", "area", "europe"));
		assertThat(this.publishing.message().category()).isEqualTo(Category.OPERATION);
		assertThat(this.publishing.message().severity()).isEqualTo(Severity.NOTICE);
	}

	@Test
	void theOrderIsThatOfAllCalls() {
		this.publishing.cairn.event("order.placed").preset("eu").preset("checkout").publish();
		assertThat(this.publishing.message().fields()).containsEntry("area", "shop");
	}

	@Test
	void theCallWinsWhateverItsOrder() {
		this.publishing.cairn.event("order.placed")
			.field("area", "before")
			.severity(Severity.DEBUG)
			.preset("checkout", "eu")
			.field("team", null)
			.category(Category.QUALITY)
			.logger("own")
			.publish();
		Message message = this.publishing.message();
		assertThat(message.fields()).containsEntry("area", "before")
			.containsEntry("team", null)
			.containsEntry("region", "eu");
		assertThat(message.severity()).isEqualTo(Severity.DEBUG);
		assertThat(message.category()).isEqualTo(Category.QUALITY);
		assertThat(message.logger()).isEqualTo("own");
	}

	@Test
	void aPresetSetsTheFractionThatIsKept() {
		assertThat(this.publishing.cairn.event("order.placed").preset("rare").publish()).isNull();
		assertThat(this.publishing.cairn.event("order.placed").rate(1).preset("rare").publish()).isNotNull();
		assertThat(this.publishing.balance().sampledOut()).isEqualTo(1);
	}

	@Test
	void aFailureTakesPresetsToo() {
		this.publishing.cairn.capture(new IllegalStateException(), (report) -> report.preset("checkout"));
		assertThat(this.publishing.message().fields()).containsEntry("team", "checkout");
		assertThat(this.publishing.message().severity()).isEqualTo(Severity.ERROR);
	}

	@Test
	void anEnricherMayNameAPreset() {
		try (Publishing enriched = new Publishing((builder) -> builder.preset("checkout", CHECKOUT)
			.enricher((event) -> event.preset("checkout").field("seen", event.field("team"))))) {
			enriched.cairn.event("order.placed").field("area", "own").publish();
			assertThat(enriched.message().fields())
				.isEqualTo(Map.of("area", "own", "team", "checkout", "seen", "checkout"));
			assertThat(enriched.message().logger()).isEqualTo("checkout");
		}
	}

	@Test
	void anUnknownNameIsLoggedOnceAndCountedEachTime() {
		try (LogCapture log = new LogCapture()) {
			for (int i = 0; i < 3; i++) {
				assertThat(this.publishing.cairn.event("order.placed").preset("chekout", "eu").publish()).isNotNull();
			}
			this.publishing.cairn.event("order.placed").preset("asia").publish();
			assertThat(log.warnings()).containsExactly(
					"Cairn: the preset 'chekout' does not exist; available presets are [checkout, eu, rare]. Events are published without it",
					"Cairn: the preset 'asia' does not exist; available presets are [checkout, eu, rare]. Events are published without it");
		}
		assertThat(this.publishing.ledger.failures()).isEqualTo(Map.of("unknown preset", 4L));
		assertThat(this.publishing.messages().get(0).fields()).containsEntry("region", "eu");
	}

	@Test
	void refusesARateOutsideOfZeroToOne() {
		assertThatIllegalArgumentException().isThrownBy(() -> new Preset(Map.of(), null, null, 2.0, null))
			.withMessageContaining("2.0");
	}

	@Test
	void refusesANameThatIsNull() {
		assertThatNullPointerException()
			.isThrownBy(() -> this.publishing.cairn.event("order.placed").preset((String) null))
			.withMessageContaining("preset");
	}

	@Test
	void copiesTheFields() {
		Map<String, Object> fields = new LinkedHashMap<>(Map.of("a", 1));
		Preset preset = new Preset(fields, null, null, null, null);
		fields.put("b", 2);
		assertThat(preset.fields()).isEqualTo(Map.of("a", 1));
	}

}
