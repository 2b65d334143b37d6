package dev.cairn.spring.metrics;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The meters of a method, one for each outcome, each made when it is first needed. A
 * meter that cannot be made is told once. Thread-safe.
 *
 * @param <H> what records
 */
final class Outcomes<H> {

	/** What Micrometer has as the exception of a call that went well. */
	static final String NONE = "none";

	private static final Logger logger = LoggerFactory.getLogger(Outcomes.class);

	private static final int MAX_TOLD = 1000;

	private static final Set<String> TOLD = ConcurrentHashMap.newKeySet();

	private final Function<String, H> maker;

	private final String description;

	private final Map<String, H> failures = new ConcurrentHashMap<>();

	private volatile @Nullable H success;

	private final Set<String> refused = ConcurrentHashMap.newKeySet();

	/**
	 * Create the meters.
	 * @param description what they are, for the log
	 * @param maker makes the one for an exception, or for {@value #NONE}
	 */
	Outcomes(String description, Function<String, H> maker) {
		this.description = description;
		this.maker = maker;
	}

	/** Return the name of an exception of a call. */
	static String exception(@Nullable Throwable thrown) {
		return (thrown != null) ? thrown.getClass().getSimpleName() : NONE;
	}

	/** Return the name of an exception of a call whose result came later. */
	static String exceptionOfResult(@Nullable Throwable thrown) {
		return exception((thrown != null && thrown.getCause() != null) ? thrown.getCause() : thrown);
	}

	/** Return what records, or {@code null} where that cannot be. */
	@Nullable H of(String exception) {
		boolean good = NONE.equals(exception);
		H known = good ? this.success : this.failures.get(exception);
		return (known != null || this.refused.contains(exception)) ? known : make(exception, good);
	}

	private @Nullable H make(String exception, boolean good) {
		try {
			H made = this.maker.apply(exception);
			if (good) {
				this.success = made;
			}
			else {
				this.failures.put(exception, made);
			}
			return made;
		}
		catch (RuntimeException ex) {
			this.refused.add(exception);
			failed(this.description, ex);
			return null;
		}
	}

	/**
	 * Tell once of what must not reach the application, whose call it is.
	 */
	static void failed(String description, RuntimeException ex) {
		if (TOLD.size() < MAX_TOLD && TOLD.add(description)) {
			logger.warn("Cairn: {} is not recorded: {}", description, ex.toString());
		}
	}

}
