package dev.cairn.context;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;

import dev.cairn.internal.Text;

/**
 * Checks the names under which values are bound, each of them once. Thread-safe.
 */
final class BindingNames {

	private static final Pattern VALID = Pattern.compile("[A-Za-z0-9_.:/@-]{1,100}");

	private static final int MAX_KNOWN = 1000;

	/** Whether a name is that of a credential. */
	private final Predicate<String> sensitive;

	private final Map<String, Name> known = new ConcurrentHashMap<>();

	BindingNames(Predicate<String> sensitive) {
		this.sensitive = sensitive;
	}

	/**
	 * Checks a name.
	 * @throws IllegalArgumentException if it is invalid
	 */
	Name of(String name) {
		Name found = this.known.get(Objects.requireNonNull(name, "name must not be null"));
		if (found != null) {
			return found;
		}
		Name checked = new Name(free(check(name)), this.sensitive.test(name));
		if (this.known.size() < MAX_KNOWN) {
			this.known.put(name, checked);
		}
		return checked;
	}

	static String check(String name) {
		if (!VALID.matcher(name).matches()) {
			throw new IllegalArgumentException(
					"name must have 1 to 100 characters of [A-Za-z0-9_.:/@-], but was '" + Text.cut(name, 200) + "'");
		}
		return name;
	}

	/** Returns another name for one that is reserved. */
	static String free(String name) {
		return UnitOfWork.IDS.contains(name) ? "bound." + name : name;
	}

	/**
	 * A name that was checked.
	 *
	 * @param name the name under which values are bound
	 * @param sensitive whether it is that of a credential
	 */
	record Name(String name, boolean sensitive) {
	}

}
