package dev.cairn.context;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * The values bound at one time, one for each name. There are few, so each change copies
 * them. Immutable.
 */
final class Bindings {

	static final Bindings EMPTY = new Bindings(new BoundValue[0]);

	static final int MAX = 100;

	private final BoundValue[] values;

	private Bindings(BoundValue[] values) {
		this.values = values;
	}

	boolean isEmpty() {
		return this.values.length == 0;
	}

	boolean isFull() {
		return this.values.length >= MAX;
	}

	BoundValue[] values() {
		return this.values;
	}

	@Nullable BoundValue find(String name) {
		int index = indexOf(name);
		return (index >= 0) ? this.values[index] : null;
	}

	private int indexOf(String name) {
		for (int i = 0; i < this.values.length; i++) {
			if (this.values[i].name.equals(name)) {
				return i;
			}
		}
		return -1;
	}

	Bindings with(BoundValue value) {
		int index = indexOf(value.name);
		int length = this.values.length;
		BoundValue[] changed = Arrays.copyOf(this.values, (index < 0) ? length + 1 : length);
		changed[(index < 0) ? length : index] = value;
		return new Bindings(changed);
	}

	Bindings without(String name) {
		int index = indexOf(name);
		if (index < 0) {
			return this;
		}
		if (this.values.length == 1) {
			return EMPTY;
		}
		BoundValue[] changed = new BoundValue[this.values.length - 1];
		System.arraycopy(this.values, 0, changed, 0, index);
		System.arraycopy(this.values, index + 1, changed, index, changed.length - index);
		return new Bindings(changed);
	}

	/**
	 * Returns those that are not closed, or the last ones before that are not.
	 * @param inherited the values that were bound when the work began
	 */
	Bindings open(Bindings inherited) {
		List<BoundValue> open = new ArrayList<>(this.values.length);
		boolean same = true;
		for (BoundValue value : this.values) {
			BoundValue latest = value.open(inherited.find(value.name));
			same &= latest == value && !value.isRemoval();
			if (latest != null && !latest.isRemoval()) {
				open.add(latest);
			}
		}
		return same ? this : open.isEmpty() ? EMPTY : new Bindings(open.toArray(BoundValue[]::new));
	}

	/** Computes what no one has read, and returns its texts. */
	Map<String, String> computeUnread() {
		Map<String, String> texts = Map.of();
		for (BoundValue bound : this.values) {
			if (bound.isUnread() && bound.value() != null && bound.text() != null) {
				texts = texts.isEmpty() ? new LinkedHashMap<>() : texts;
				texts.put(bound.name, bound.text());
			}
		}
		return texts;
	}

	Map<String, Object> toMap() {
		return toMap(BoundValue::value);
	}

	/** Also contains the values whose binding is closed. */
	Map<String, Object> toMapOfAll(Bindings inherited) {
		return toMap((value) -> {
			BoundValue open = value.open(inherited.find(value.name));
			return (open != null) ? open.value() : value.value();
		});
	}

	private Map<String, Object> toMap(Function<BoundValue, @Nullable Object> valueOf) {
		if (isEmpty()) {
			return Map.of();
		}
		Map<String, Object> map = new LinkedHashMap<>();
		for (BoundValue bound : this.values) {
			Object value = valueOf.apply(bound);
			if (value != null) {
				map.put(bound.name, value);
			}
		}
		return Collections.unmodifiableMap(map);
	}

}
