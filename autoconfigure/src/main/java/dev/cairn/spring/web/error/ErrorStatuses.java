package dev.cairn.spring.web.error;

import java.util.BitSet;
import java.util.Collection;
import java.util.regex.Pattern;

/**
 * The statuses of HTTP responses that make an exception a failure of the service.
 * Immutable.
 */
final class ErrorStatuses {

	private static final Pattern STATUS = Pattern.compile("[1-5](\\d\\d|xx)");

	private static final int CLASS_SIZE = 100;

	private final BitSet statuses;

	private ErrorStatuses(BitSet statuses) {
		this.statuses = statuses;
	}

	/**
	 * Returns a set of statuses.
	 * @param statuses numbers such as 409, or classes such as 4xx
	 * @return the set
	 * @throws IllegalArgumentException if one of them is not a status
	 */
	static ErrorStatuses of(Collection<String> statuses) {
		BitSet all = new BitSet();
		for (String status : statuses) {
			if (!STATUS.matcher(status).matches()) {
				throw new IllegalArgumentException(
						"a status must be a number such as 409 or a class such as 4xx, but was '" + status + "'");
			}
			int first = Integer.parseInt(status.replace('x', '0'));
			all.set(first, status.endsWith("xx") ? first + CLASS_SIZE : first + 1);
		}
		return new ErrorStatuses(all);
	}

	boolean contains(int status) {
		return status >= 0 && this.statuses.get(status);
	}

}
