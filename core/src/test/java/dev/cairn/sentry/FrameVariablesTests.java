package dev.cairn.sentry;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.sentry.SentryEvent;
import io.sentry.protocol.SentryException;
import io.sentry.protocol.SentryStackFrame;
import io.sentry.protocol.SentryStackTrace;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link FrameVariables}. Sentry has the innermost frame last, and the
 * outermost exception.
 */
class FrameVariablesTests {

	private static final String SHOP = "com.example.Shop";

	private final SentryEvent event = new SentryEvent();

	@Test
	void showsTheArgumentsOfACallAtItsFrame() {
		SentryStackFrame order = frame(SHOP, "order");
		SentryStackFrame proxy = frame(SHOP + "$$SpringCGLIB$$0", "order");
		SentryStackFrame other = frame(SHOP, "cancel");
		process(List.of(call(SHOP, "order", "id", "7")), exception(other, proxy, order));
		assertThat(order.getVars()).isEqualTo(Map.of("id", "7"));
		assertThat(proxy.getVars()).isNull();
		assertThat(other.getVars()).isNull();
		assertThat(context()).containsOnlyKeys("message_id");
	}

	@Test
	void showsTheInnermostCallOfARecursionAtTheInnermostFrame() {
		SentryStackFrame outer = frame(SHOP, "order");
		SentryStackFrame inner = frame(SHOP, "order");
		process(List.of(call(SHOP, "order", "depth", "2"), call(SHOP, "order", "depth", "1")), exception(outer, inner));
		assertThat(inner.getVars()).containsEntry("depth", "2");
		assertThat(outer.getVars()).containsEntry("depth", "1");
	}

	@Test
	void showsThemAtEveryExceptionOfTheChain() {
		SentryStackFrame ofTheCause = frame(SHOP, "order");
		SentryStackFrame ofTheWrapper = frame(SHOP, "order");
		process(List.of(call(SHOP, "order", "id", "7")), exception(ofTheCause), exception(ofTheWrapper));
		assertThat(ofTheCause.getVars()).containsEntry("id", "7");
		assertThat(ofTheWrapper.getVars()).containsEntry("id", "7");
	}

	@Test
	void leavesACallWithoutAFrameInTheContext() {
		Map<String, Object> elsewhere = call("com.example.Elsewhere", "run", "id", "8");
		process(List.of(elsewhere, call(SHOP, "order", "id", "7")), exception(frame(SHOP, "order")));
		assertThat(context().get("arguments")).isEqualTo(List.of(elsewhere));
	}

	@Test
	void staysSmallHoweverManyCausesRepeatTheFrames() {
		List<Map<String, Object>> calls = new ArrayList<>();
		SentryStackFrame[] frames = new SentryStackFrame[20];
		for (int i = 0; i < frames.length; i++) {
			calls.add(call(SHOP, "order" + i, "id", "7"));
		}
		SentryException[] exceptions = new SentryException[50];
		for (int i = 0; i < exceptions.length; i++) {
			for (int j = 0; j < frames.length; j++) {
				frames[j] = frame(SHOP, "order" + j);
			}
			exceptions[i] = exception(frames.clone());
		}
		process(calls, exceptions);
		assertThat(Arrays.stream(exceptions)
			.flatMap((exception) -> exception.getStacktrace().getFrames().stream())
			.filter((frame) -> frame.getVars() != null)).hasSize(60);
	}

	@Test
	void leavesAFieldOfTheApplicationAlone() {
		process("--verbose", exception(frame(SHOP, "order")));
		assertThat(context()).containsEntry("arguments", "--verbose");
		process(List.of("a", 1), exception(frame(SHOP, "order")));
		assertThat(context()).containsEntry("arguments", List.of("a", 1));
	}

	@Test
	void leavesOtherEventsAlone() {
		FrameVariables.addTo(this.event);
		this.event.setExceptions(List.of(new SentryException()));
		FrameVariables.addTo(this.event);
		assertThat(this.event.getContexts().get("cairn")).isNull();
	}

	private void process(Object arguments, SentryException... exceptions) {
		this.event.setExceptions(List.of(exceptions));
		this.event.getContexts()
			.put(SentryEvents.CONTEXT, new HashMap<>(Map.of("message_id", "1", "arguments", arguments)));
		FrameVariables.addTo(this.event);
	}

	@SuppressWarnings("unchecked")
	private Map<String, Object> context() {
		return (Map<String, Object>) this.event.getContexts().get(SentryEvents.CONTEXT);
	}

	private static Map<String, Object> call(String type, String method, String name, String text) {
		return Map.of("class", type, "method", method, "arguments", Map.of(name, text));
	}

	private static SentryException exception(SentryStackFrame... frames) {
		SentryException exception = new SentryException();
		exception.setStacktrace(new SentryStackTrace(List.of(frames)));
		return exception;
	}

	private static SentryStackFrame frame(String type, String method) {
		SentryStackFrame frame = new SentryStackFrame();
		frame.setModule(type);
		frame.setFunction(method);
		return frame;
	}

}
