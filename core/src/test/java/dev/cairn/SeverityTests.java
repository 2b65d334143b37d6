package dev.cairn;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Severity}.
 */
class SeverityTests {

	@ParameterizedTest
	@ValueSource(ints = { -1, 8, 9, Integer.MAX_VALUE, Integer.MIN_VALUE })
	void refusesACodeThatRfc5424DoesNotDefine(int code) {
		assertThatIllegalArgumentException().isThrownBy(() -> Severity.of(code))
			.withMessageContaining("severity")
			.withMessageContaining("0 (emergency) to 7 (debug)")
			.withMessageEndingWith("but was " + code);
	}

	@ParameterizedTest
	@EnumSource
	void isFoundByItsCode(Severity severity) {
		assertThat(Severity.of(severity.code())).isSameAs(severity);
	}

	@Test
	void goesFromEmergencyToDebug() {
		assertThat(Severity.EMERGENCY.code()).isZero();
		assertThat(Severity.ERROR.code()).isEqualTo(3);
		assertThat(Severity.DEBUG.code()).isEqualTo(7);
	}

	@Test
	void isAtLeastWhatIsLessSevere() {
		assertThat(Severity.ERROR.isAtLeast(Severity.WARNING)).isTrue();
		assertThat(Severity.ERROR.isAtLeast(Severity.ERROR)).isTrue();
		assertThat(Severity.ERROR.isAtLeast(Severity.CRITICAL)).isFalse();
	}

}
