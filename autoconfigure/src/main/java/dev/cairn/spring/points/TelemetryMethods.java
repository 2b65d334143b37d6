package dev.cairn.spring.points;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;

import dev.cairn.Message;
import dev.cairn.Trace;
import dev.cairn.annotation.Telemetry;
import dev.cairn.context.BoundContext;
import dev.cairn.context.ThreadContext;
import dev.cairn.context.UnitOfWork;
import dev.cairn.internal.Throwables;
import dev.cairn.internal.WarnOnce;
import dev.cairn.spring.aop.Calls;
import dev.cairn.spring.aop.Expression;
import dev.cairn.spring.aop.InterceptedMethods;
import dev.cairn.spring.aop.TelemetryAnnotations;
import dev.cairn.spring.aop.TelemetryAnnotations.InvalidAnnotationException;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.expression.ParseException;

/**
 * The methods with {@link Telemetry @Telemetry}. Validates the annotation, warns where it
 * has no effect, and does what there is no annotation of its own for: captures failures,
 * and logs slow calls. Its other parts are those of the features. Thread-safe.
 */
final class TelemetryMethods extends InterceptedMethods<TelemetryMethods.Reported> {

	private static final Logger logger = LoggerFactory.getLogger(TelemetryMethods.class);

	private static final String TARGET = "target";

	private static final String METHOD = "method";

	/** Those at the start of a call. */
	private static final Set<String> BIND_VARIABLES = Set.of(TARGET, METHOD);

	private static final Set<String> TAG_VARIABLES = Set.of(Call.RESULT, Call.EXCEPTION, Call.ERROR_TYPE, TARGET,
			METHOD);

	private final WarnOnce obstacles = new WarnOnce(logger);

	private final Expression.Parser expressions;

	private final CallFailures failures;

	/** Whether failures are captured at all. */
	private final boolean errors;

	/** Whether slow calls are logged at all. */
	private final boolean slow;

	TelemetryMethods(Expression.Parser expressions, CallFailures failures, boolean errors, boolean slow) {
		this.expressions = expressions;
		this.failures = failures;
		this.errors = errors;
		this.slow = slow;
	}

	@Override
	protected boolean isCandidate(Class<?> type, @Nullable String beanName) {
		return TelemetryAnnotations.isIn(type);
	}

	@Override
	protected boolean isSelected(Class<?> type, Method method) {
		return TelemetryAnnotations.find(type, method) != null;
	}

	/** Fails the start if the annotation is invalid. */
	@Override
	protected Reported prepare(Class<?> type, Method method, @Nullable String beanName) {
		Telemetry telemetry = TelemetryAnnotations.find(type, method);
		Signature signature = new Signature(type, method);
		if (telemetry == null) {
			return new Reported(signature, Calls.Completion.AT_ONCE, false, null);
		}
		warnOfSeveral(TelemetryAnnotations.holder(type, method), signature);
		try {
			Duration limit = validate(telemetry, signature);
			return new Reported(signature, Calls.Completion.of(method), this.errors && telemetry.error(),
					(this.slow && limit != null) ? new SlowCall(name(telemetry, signature), limit) : null);
		}
		catch (InvalidPointException ex) {
			throw new InvalidAnnotationException("The @Telemetry on %s has the %s '%s', which is invalid: %s"
				.formatted(signature.describe(), ex.part(), ex.value(), ex.reason()), "Correct the annotation.", ex);
		}
	}

	private void warnOfSeveral(AnnotatedElement holder, Signature signature) {
		List<String> names = TelemetryAnnotations.names(holder);
		if (names.size() > 1) {
			this.obstacles.warn("several on " + holder,
					() -> String.join(", ", names.subList(1, names.size())) + " on "
							+ ((holder instanceof Class<?> type) ? type.getName() : signature.describe())
							+ " has no effect, because " + names.get(0) + " is or contains @Telemetry as well");
		}
	}

	private static String name(Telemetry telemetry, Signature signature) {
		return telemetry.name().isEmpty() ? signature.describe() : telemetry.name();
	}

	private @Nullable Duration validate(Telemetry telemetry, Signature signature) {
		if (!telemetry.name().isEmpty()) {
			InvalidPointException.check("name", telemetry.name(), () -> checkName(telemetry.name()));
		}
		if (!telemetry.event().isEmpty()) {
			InvalidPointException.check("event", telemetry.event(),
					() -> Points.Definition.checkType(telemetry.event()));
		}
		for (String value : telemetry.bind()) {
			check("bind", value, signature, BIND_VARIABLES);
		}
		for (String tag : telemetry.tags()) {
			check("tags", tag, signature, TAG_VARIABLES);
		}
		return telemetry.slow().isEmpty() ? null : duration(telemetry.slow());
	}

	private static void checkName(String name) {
		try {
			Message.checkType(name);
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException("Use 1 to 200 characters of [A-Za-z0-9_.:/-].", ex);
		}
	}

	private void check(String part, String declaration, Signature signature, Set<String> variables) {
		try {
			Map.Entry<String, String> named = Expression.named(declaration);
			this.expressions.parse(named.getValue())
				.check((variable) -> variables.contains(variable) || signature.hasArgument(variable),
						() -> signature.describe() + "; available are " + signature.variables(variables));
			if ("bind".equals(part)) {
				BoundContext.checkName(named.getKey());
			}
		}
		catch (ParseException ex) {
			throw InvalidPointException.of(part, declaration, ex);
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidPointException(part, declaration, String.valueOf(ex.getMessage()));
		}
	}

	private static Duration duration(String text) {
		Duration duration;
		try {
			duration = DurationStyle.detectAndParse(text);
		}
		catch (IllegalArgumentException ex) {
			duration = Duration.ZERO;
		}
		if (duration.isNegative() || duration.isZero()) {
			throw new InvalidPointException("slow", text, "Use a duration of more than 0, such as 500ms or 2s.");
		}
		return duration;
	}

	/**
	 * Validates the annotations of all beans, lazy ones included, and warns of those
	 * whose calls are not intercepted.
	 */
	void validate(ConfigurableListableBeanFactory beans) {
		unseen(beans).forEach((name, type) -> logger
			.warn("Cairn: @Telemetry has no effect on the bean {} ({}), because it has no proxy; it was created "
					+ "before the proxies", name, type.getName()));
	}

	@Override
	protected void obstructed(Class<?> type, Method method, String reason) {
		this.obstacles.warn(subject(type, method) + reason,
				() -> "@Telemetry has no effect on " + new Signature(type, method).describe() + ", because " + reason);
	}

	@Override
	protected @Nullable Object proceed(Reported method, MethodInvocation invocation) throws Throwable {
		if (!method.captured() && method.slow() == null) {
			return invocation.proceed();
		}
		long start = System.nanoTime();
		Object result;
		try {
			result = invocation.proceed();
		}
		catch (Throwable ex) {
			end(method, start, ex, null);
			throw ex;
		}
		if (method.completion() == Calls.Completion.AT_ONCE) {
			end(method, start, null, null);
			return result;
		}
		return method.completion()
			.safely(result, start, new End(method, ThreadContext.capture(), this.failures.trace()));
	}

	/** Never throws. */
	private void end(Reported method, long start, @Nullable Throwable thrown, @Nullable Trace trace) {
		SlowCall slow = method.slow();
		if (slow != null) {
			slow.end(System.nanoTime() - start);
		}
		if (method.captured() && thrown != null && !(thrown instanceof CancellationException)) {
			this.failures.capture(thrown, trace);
		}
	}

	/**
	 * A method whose calls are reported.
	 *
	 * @param signature the method
	 * @param completion when a call has completed
	 * @param captured whether its failures are captured
	 * @param slow logs its slow calls, if they are
	 */
	record Reported(Signature signature, Calls.Completion completion, boolean captured, @Nullable SlowCall slow) {
	}

	/**
	 * Reports a call that completes later, in the unit of work and the trace of its
	 * caller, unless it completes in another one.
	 */
	private final class End implements Calls.Listener {

		private final Reported method;

		private final ThreadContext.Snapshot context;

		private final @Nullable Trace trace;

		End(Reported method, ThreadContext.Snapshot context, @Nullable Trace trace) {
			this.method = method;
			this.context = context;
			this.trace = trace;
		}

		@Override
		public void completed(long start, @Nullable Throwable thrown, @Nullable Object result, @Nullable Object value) {
			Throwable failure = (thrown != null) ? Throwables.unwrap(thrown) : null;
			if (UnitOfWork.current() != null) {
				end(this.method, start, failure, this.trace);
				return;
			}
			try (UnitOfWork.Scope scope = ThreadContext.enter(this.context)) {
				end(this.method, start, failure, this.trace);
			}
		}

		@Override
		public void cancelled(long start, @Nullable Object result) {
		}

	}

}
