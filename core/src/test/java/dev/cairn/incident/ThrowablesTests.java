package dev.cairn.incident;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

import dev.cairn.ApplicationFrames;
import dev.cairn.internal.Throwables;
import org.assertj.core.api.InstanceOfAssertFactories;
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
		Map<String, Object> description = Throwables.describe(stackless, ApplicationFrames.DEFAULT::contains);
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
		assertThat(Throwables.describe(hole, ApplicationFrames.DEFAULT::contains)).containsKey("stack_trace")
			.doesNotContainKey("class");
	}

	@Test
	@SuppressWarnings("unchecked")
	void describesTheInnermostFramesAndWhichAreTheApplications() {
		RuntimeException thrown = new RuntimeException();
		Map<String, Object> description = Throwables.describe(thrown,
				new ApplicationFrames(List.of("dev.cairn.incident"))::contains);
		List<Map<String, Object>> frames = (List<Map<String, Object>>) description.get("frames");
		assertThat(frames.get(0)).containsEntry("class", ThrowablesTests.class.getName())
			.containsEntry("method", "describesTheInnermostFramesAndWhichAreTheApplications")
			.containsEntry("line", thrown.getStackTrace()[0].getLineNumber())
			.containsEntry("in_app", true);
		assertThat(frames).extracting((frame) -> frame.get("in_app")).contains(false);
		assertThat(frames).hasSizeLessThanOrEqualTo(50);
	}

	@Test
	void describesNoMoreThan50Frames() {
		StackOverflowError overflow = new StackOverflowError();
		StackTraceElement[] frames = new StackTraceElement[10_000];
		Arrays.fill(frames, new StackTraceElement("com.example.Shop", "order", "Shop.java", 7));
		overflow.setStackTrace(frames);
		assertThat(Throwables.describe(overflow, ApplicationFrames.DEFAULT::contains).get("frames"))
			.asInstanceOf(InstanceOfAssertFactories.LIST)
			.hasSize(50);
	}

	private static Throwable chain(int causes) {
		Throwable thrown = new RuntimeException();
		for (int i = 0; i < causes; i++) {
			thrown = new RuntimeException(thrown);
		}
		return thrown;
	}

}
