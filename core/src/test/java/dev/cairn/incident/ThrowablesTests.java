package dev.cairn.incident;

import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Throwables}.
 */
class ThrowablesTests {

	@Test
	void findsCausesAndSuppressedOnceEach() {
		Exception cause = new IllegalStateException();
		Exception suppressed = new IllegalArgumentException(cause);
		Exception thrown = new RuntimeException(cause);
		thrown.addSuppressed(suppressed);
		assertThat(Throwables.related(thrown)).containsExactly(thrown, cause, suppressed);
	}

	@Test
	void findsNoMoreThan50() {
		assertThat(Throwables.related(chain(500))).hasSize(50);
		assertThat(Throwables.causes(chain(500))).hasSize(50);
	}

	@Test
	void isBoundedWhereTheCausesEnd() {
		assertThat(Throwables.isBounded(chain(0))).isTrue();
		assertThat(Throwables.isBounded(chain(40))).isTrue();
		assertThat(Throwables.isBounded(chain(500))).isFalse();
	}

	@Test
	void isNotBoundedWhereTheCausesRunInACircle() {
		RuntimeException first = new RuntimeException();
		first.initCause(new RuntimeException(first));
		assertThat(Throwables.isBounded(first)).isFalse();
		assertThat(Throwables.isBounded(new RuntimeException(first))).isFalse();
	}

	@Test
	void isNotBoundedWhereTheCausesHaveNoEnd() {
		assertThat(Throwables.isBounded(new IncidentsTests.Endless())).isFalse();
		RuntimeException suppresses = new RuntimeException();
		suppresses.addSuppressed(new IncidentsTests.Endless());
		assertThat(Throwables.isBounded(suppresses)).isFalse();
	}

	@Test
	void cutsAMessageThatIsADocument() {
		assertThat(Throwables.message(new RuntimeException("x".repeat(1_000_000)))).hasSizeLessThan(70_000)
			.endsWith("[truncated]");
		assertThat(Throwables.message(new RuntimeException("short"))).isEqualTo("short");
		assertThat(Throwables.message(new RuntimeException())).isNull();
	}

	@Test
	void describesAThrowableWithoutAStack() {
		Throwable stackless = new Throwable("no stack", null, false, false) {
		};
		Map<String, Object> description = Throwables.describe(stackless);
		assertThat(description).containsEntry("message", "no stack").doesNotContainKeys("class", "method", "line");
		assertThat((String) description.get("stack_trace")).endsWith("no stack\n");
	}

	@Test
	void describesAStackWithAHoleInIt() {
		RuntimeException hole = new RuntimeException() {

			@Override
			public StackTraceElement[] getStackTrace() {
				return new StackTraceElement[1];
			}

		};
		assertThat(Throwables.describe(hole)).containsKey("stack_trace").doesNotContainKey("class");
	}

	private static Throwable chain(int causes) {
		Throwable thrown = new RuntimeException();
		for (int i = 0; i < causes; i++) {
			thrown = new RuntimeException(thrown);
		}
		return thrown;
	}

}
