package dev.cairn;

/**
 * How severe a message is: the eight levels of RFC 5424, of which 0 is the worst.
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
	 * Return the severity with the given RFC 5424 code.
	 * @param code 0 (emergency) to 7 (debug)
	 * @return the severity
	 * @throws IllegalArgumentException when there is no such code
	 */
	public static Severity of(int code) {
		if (code < 0 || code >= BY_CODE.length) {
			throw new IllegalArgumentException("severity must be 0 (emergency) to 7 (debug), but was " + code);
		}
		return BY_CODE[code];
	}

	/**
	 * Return the RFC 5424 code.
	 * @return 0 to 7
	 */
	public int code() {
		return ordinal();
	}

	/**
	 * Whether this is as severe as the other or worse.
	 * @param other what to compare with
	 * @return {@code true} when this code is at most the other's
	 */
	public boolean isAtLeast(Severity other) {
		return compareTo(other) <= 0;
	}

}
