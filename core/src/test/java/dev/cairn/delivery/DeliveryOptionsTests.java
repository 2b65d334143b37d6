package dev.cairn.delivery;

import java.time.Duration;

import dev.cairn.delivery.DeliveryOptions.Overflow;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link DeliveryOptions}.
 */
class DeliveryOptionsTests {

	private final DeliveryOptions options = DeliveryOptions.DEFAULT;

	@Test
	void nameWhatIsNotPositive() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.options.withQueue(0, 1, Overflow.DROP_OLDEST))
			.withMessage("maxMessages must be positive, but was 0");
		assertThatIllegalArgumentException().isThrownBy(() -> this.options.withQueue(1, -1, Overflow.DROP_OLDEST))
			.withMessageContaining("maxBytes");
		assertThatIllegalArgumentException().isThrownBy(() -> this.options.withBatches(0, Duration.ofMillis(1)))
			.withMessageContaining("batchSize");
		assertThatIllegalArgumentException().isThrownBy(() -> this.options.withBatches(1, Duration.ZERO))
			.withMessageContaining("linger");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.options.withRetry(Duration.ofMillis(-1), Duration.ofMillis(1), Duration.ofMillis(1)))
			.withMessageContaining("retryFirst");
	}

	@Test
	void acceptForEver() {
		Duration forEver = Duration.ofSeconds(Long.MAX_VALUE);
		assertThat(this.options.withRetry(forEver, forEver, forEver).giveUpAfter()).isEqualTo(forEver);
	}

}
