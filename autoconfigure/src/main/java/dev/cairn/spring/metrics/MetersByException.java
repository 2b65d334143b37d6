package dev.cairn.spring.metrics;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import dev.cairn.internal.WarnOnce;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The meters of a method, one for each exception and one for calls without. Each is
 * created when it is first needed. Thread-safe.
 *
 * @param <H> the type of the handle of a meter
 */
final class MetersByException<H> {

	/** The name of the exception of a call without one, as in Micrometer. */
	static final String NONE = "none";

	private static final Logger logger = LoggerFactory.getLogger(MetersByException.class);

	private static final WarnOnce PROBLEMS = new WarnOnce(logger);

	private final Function<String, H> factory;

	private final String description;

	private final Map<String, H> failures = new ConcurrentHashMap<>();

	private final Map<String, Boolean> refused = new ConcurrentHashMap<>();

	private volatile @Nullable H success;

	/**
	 * Creates an instance without meters.
	 * @param description the description of the meters for the log
	 * @param factory creates the meter for an exception, or for {@value #NONE}
	 */
	MetersByException(String description, Function<String, H> factory) {
		this.description = description;
		this.factory = factory;
	}

	static String name(@Nullable Throwable thrown) {
		return (thrown != null) ? thrown.getClass().getSimpleName() : NONE;
	}

	static String nameOfAsynchronous(@Nullable Throwable thrown) {
		return name((thrown != null && thrown.getCause() != null) ? thrown.getCause() : thrown);
	}

	/** Returns the handle of a meter, or {@code null} if it cannot be created. */
	@Nullable H get(String exception) {
		H known = NONE.equals(exception) ? this.success : this.failures.get(exception);
		return (known != null || this.refused.containsKey(exception)) ? known : create(exception);
	}

	private @Nullable H create(String exception) {
		try {
			H created = this.factory.apply(exception);
			if (NONE.equals(exception)) {
				this.success = created;
			}
			else {
				this.failures.put(exception, created);
			}
			return created;
		}
		catch (RuntimeException ex) {
			this.refused.put(exception, true);
			warn(this.description, ex);
			return null;
		}
	}

	/** Logs a failure that must not reach the caller, once. */
	static void warn(String description, RuntimeException ex) {
		PROBLEMS.warn(description, () -> description + " is not recorded: " + ex);
	}

}
