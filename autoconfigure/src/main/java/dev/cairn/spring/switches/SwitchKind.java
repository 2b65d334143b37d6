package dev.cairn.spring.switches;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import dev.cairn.engine.Settings;

/**
 * A kind of telemetry that can be switched.
 */
interface SwitchKind {

	/** The values of what has no rate. */
	String ON_OR_OFF = "on or off";

	/** Returns the values that it can be switched to, in words. */
	default String values() {
		return ON_OR_OFF;
	}

	/**
	 * Returns the names of the known targets, which are empty if any name is possible.
	 */
	default Collection<String> targets() {
		return List.of();
	}

	/**
	 * Returns the change that a request asks for. Throws an exception with the reason if
	 * the target is unknown or the value is invalid.
	 */
	Change change(SwitchRequest request, Settings now);

	/** Returns a target. Throws an exception with the reason if it is not known. */
	default String known(String target) {
		Collection<String> all = targets();
		if (!all.contains(target)) {
			throw new IllegalArgumentException("target must be one of " + all + ", but was '" + target + "'");
		}
		return target;
	}

	/** Returns the targets that are off once some of them are switched. */
	static <T> Set<T> switched(Set<T> off, Collection<T> targets, boolean on) {
		Set<T> changed = new HashSet<>(off);
		if (on) {
			changed.removeAll(targets);
		}
		else {
			changed.addAll(targets);
		}
		return changed;
	}

	static String onOrOff(boolean on) {
		return on ? SwitchRequest.ON : SwitchRequest.OFF;
	}

}
