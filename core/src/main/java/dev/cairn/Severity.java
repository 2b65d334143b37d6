package dev.cairn;

/**
 * The severity of a message: the eight levels of RFC 5424, of which 0 is the most severe.
 */
public enum Severity {

	/** 0: the system is unusable. */
	EMERGENCY,
	/** 1: action must be taken immediately. */
	ALERT,
	/** 2: critical conditions. */
	CRITICAL,
	/** 3: error conditions. */
	ERROR,
	/** 4: warning conditions. */
	WARNING,
	/** 5: normal but significant. */
	NOTICE,
	/** 6: informational; the default. */
	INFORMATIONAL,
	/** 7: debug-level messages. */
	DEBUG;

	private static final Severity[] BY_CODE = values();

	/**
	 * Returns the severity with the given RFC 5424 code.
	 * @param code 0 (emergency) to 7 (debug)
	 * @return the severity
	 * @throws IllegalArgumentException if there is no such code
	 */
	public static Severity of(int code) {
		if (code < 0 || code >= BY_CODE.length) {
			throw new IllegalArgumentException("severity must be 0 (emergency) to 7 (debug), but was " + code);
		}
		return BY_CODE[code];
	}

	public int code() {
		return ordinal();
	}

	/**
	 * Returns whether this severity is at least as severe as another one.
	 * @param other the severity to compare with
	 * @return {@code true} if it is as severe or more severe
	 */
	public boolean isAtLeast(Severity other) {
		return compareTo(other) <= 0;
	}

}
