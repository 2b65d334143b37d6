package dev.cairn.context;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * The values that one level of a {@link ThreadContext} has written into the diagnostic
 * context (MDC), and those that were there before. For one thread.
 */
final class WrittenValues {

	private final List<Written> all = new ArrayList<>(0);

	/** Writes a value, or hides the one that is there. */
	void write(String name, @Nullable String text) {
		Written known = find(name);
		String before = MDC.get(name);
		if (known == null) {
			if (before == null && text == null) {
				return;
			}
			known = new Written(name);
			known.before = before;
			this.all.add(known);
		}
		else if (!Objects.equals(before, known.text)) {
			// The application has changed it
			known.before = before;
		}
		known.text = text;
		put(name, text);
	}

	/** Restores what was there before. */
	void restore(String name) {
		Written known = find(name);
		if (known != null) {
			this.all.remove(known);
			known.restore();
		}
	}

	/** Restores all that was there before. */
	void restoreAll() {
		for (int i = this.all.size() - 1; i >= 0; i--) {
			this.all.get(i).restore();
		}
	}

	private @Nullable Written find(String name) {
		for (int i = 0; i < this.all.size(); i++) {
			if (this.all.get(i).name.equals(name)) {
				return this.all.get(i);
			}
		}
		return null;
	}

	private static void put(String name, @Nullable String text) {
		if (text != null) {
			MDC.put(name, text);
		}
		else {
			MDC.remove(name);
		}
	}

	/**
	 * A value in the diagnostic context, and the one that it has replaced.
	 */
	private static final class Written {

		private final String name;

		private @Nullable String before;

		/** Is {@code null} if the value was hidden. */
		private @Nullable String text;

		Written(String name) {
			this.name = name;
		}

		/** A value that the application has changed or removed is left as it is. */
		void restore() {
			if (Objects.equals(MDC.get(this.name), this.text)) {
				put(this.name, this.before);
			}
		}

	}

}
