package dev.cairn;

import dev.cairn.Message.Limits;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Limits}.
 */
class LimitsTests {

	@Test
	void allows256KibibytesAndADepthOf8ByDefault() {
		assertThat(Limits.DEFAULT.maxBytes()).isEqualTo(262_144);
		assertThat(Limits.DEFAULT.maxDepth()).isEqualTo(8);
	}

	@Test
	void refusesASizeThatHoldsNoMessage() {
		assertThatIllegalArgumentException().isThrownBy(() -> new Limits(1023, 1000, 8, 200))
			.withMessageContaining("maxBytes")
			.withMessageContaining("1023");
	}

	@Test
	void refusesLimitsThatKeepNothing() {
		assertThatIllegalArgumentException().isThrownBy(() -> new Limits(1024, 0, 8, 200))
			.withMessageContaining("maxFields");
	}

}
