package dev.cairn.engine;

import java.util.List;
import java.util.Set;

import dev.cairn.NamePattern;
import dev.cairn.Sampler;
import dev.cairn.Sampler.Signal;
import dev.cairn.engine.Settings.SamplingRule;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Settings}.
 */
class SettingsTests {

	private final Settings.Holder holder = new Settings.Holder(Settings.DEFAULT);

	@Test
	void getsTheNextVersionWithEachUpdate() {
		Settings before = this.holder.get();
		Settings after = this.holder.update((settings) -> settings.withOff(Set.of("a"), Set.of("kafka")));
		assertThat(after.version()).isEqualTo(before.version() + 1);
		assertThat(after.typesOff()).containsExactly("a");
		assertThat(this.holder.get()).isSameAs(after);
		assertThat(before.typesOff()).isEmpty();
	}

	@Test
	void samplesByTheCurrentRules() {
		Sampler sampler = this.holder.sampler();
		assertThat(sampler.rate(candidate())).isEqualTo(1);
		SamplingRule none = new SamplingRule(null, NamePattern.of("a"), null, null, null, null, null, 0);
		this.holder.update((settings) -> settings.withSamplingRules(List.of(none)));
		assertThat(sampler.rate(candidate())).isZero();
	}

	private static Sampler.Candidate candidate() {
		return new Sampler.Candidate() {

			@Override
			public Signal signal() {
				return Signal.EVENT;
			}

			@Override
			public String name() {
				return "a";
			}

			@Override
			public Object field(String key) {
				return null;
			}

		};
	}

}
