package dev.cairn.sampling;

import java.util.ArrayList;
import java.util.List;

import dev.cairn.NamePattern;
import dev.cairn.Severity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link SamplingRules}.
 */
class SamplingRulesTests {

	@Test
	void keepsWhatTheCallAsksForWhereNoRuleMatches() {
		SamplingRules rules = new SamplingRules(List.of(rule("order.*", null, 0.1)));
		assertThat(rules.rate("user.login", Severity.DEBUG, 0.7)).isEqualTo(0.7);
	}

	@Test
	void decidesByTheFirstRuleThatMatches() {
		SamplingRules rules = new SamplingRules(
				List.of(rule("order.placed", null, 1), rule("order.*", null, 0.1), rule("*", null, 0)));
		assertThat(rules.rate("order.placed", Severity.DEBUG, 0.7)).isEqualTo(1);
		assertThat(rules.rate("order.viewed", Severity.DEBUG, 0.7)).isEqualTo(0.1);
		assertThat(rules.rate("user.login", Severity.DEBUG, 0.7)).isZero();
	}

	@Test
	void canKeepAllErrors() {
		SamplingRules rules = new SamplingRules(List.of(rule("*", Severity.ERROR, 1), rule("*", null, 0)));
		assertThat(rules.rate("a", Severity.CRITICAL, 0.5)).isEqualTo(1);
		assertThat(rules.rate("a", Severity.WARNING, 0.5)).isZero();
	}

	@Test
	void doesNotSeeWhatTheListHoldsLater() {
		List<SamplingRule> list = new ArrayList<>(List.of(rule("*", null, 0.1)));
		SamplingRules rules = new SamplingRules(list);
		list.clear();
		assertThat(rules.rate("a", Severity.DEBUG, 1)).isEqualTo(0.1);
	}

	@ParameterizedTest
	@ValueSource(doubles = { 1.5, -0.1, Double.NaN })
	void refusesARateOutsideOfZeroToOne(double rate) {
		assertThatIllegalArgumentException().isThrownBy(() -> rule("*", null, rate))
			.withMessage("rate must be between 0 and 1, but was " + rate);
	}

	private static SamplingRule rule(String type, Severity severity, double rate) {
		return new SamplingRule(NamePattern.of(type), severity, rate);
	}

}
