package dev.cairn.events;

import java.util.concurrent.CompletableFuture;

import dev.cairn.Cairn;
import dev.cairn.engine.SchemaGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.modulith.events.EventExternalizationConfiguration;
import org.springframework.modulith.events.Externalized;
import org.springframework.modulith.events.support.DelegatingEventExternalizer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The documented use with Spring Modulith: its externalized events go the way of all
 * others.
 */
class ModulithBridgeTests {

	private final Publishing publishing = new Publishing((builder) -> builder.transactions(() -> (event) -> false));

	private final DelegatingEventExternalizer externalizer = externalizer(
			EventExternalizationConfiguration.defaults("dev.cairn").build(), this.publishing.cairn);

	@AfterEach
	void close() {
		this.publishing.close();
	}

	@Test
	void anExternalizedEventHasTheSameEnvelope() throws Exception {
		OrderPlaced event = new OrderPlaced("o1");
		assertThat(this.externalizer.supports(event)).isTrue();
		assertThat(this.externalizer.externalize(event)).isCompleted();
		assertThat(this.publishing.message().type()).isEqualTo("order.placed");
		assertThat(this.publishing.message().fields()).containsEntry("order_id", "o1")
			.containsEntry("target", "orders");
		assertThat(Schemas.errors(SchemaGenerator.of(OrderPlaced.class), this.publishing.message())).isEmpty();
	}

	@Test
	void anEventThatNoSinkAcceptsStaysInTheLogOfModulith() {
		this.publishing.close();
		assertThat(this.externalizer.externalize(new OrderPlaced("o1"))).isCompletedExceptionally();
	}

	@Test
	void otherEventsAreLeftAlone() {
		assertThat(this.externalizer.supports(new Internal("a"))).isFalse();
	}

	private static DelegatingEventExternalizer externalizer(EventExternalizationConfiguration configuration,
			Cairn cairn) {
		return new DelegatingEventExternalizer(configuration, (target, event) -> {
			String id = cairn.event((Record) event).field("target", target.getTarget()).immediately().publish();
			return (id != null) ? CompletableFuture.completedFuture(id)
					: CompletableFuture.failedFuture(new IllegalStateException("no sink accepted the event"));
		});
	}

	@Externalized("orders")
	private record OrderPlaced(String orderId) {
	}

	private record Internal(String name) {
	}

}
