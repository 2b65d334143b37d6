package dev.cairn.spring.switches;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

import dev.cairn.engine.Settings;

/**
 * A kind of telemetry that can be switched.
 */
interface SwitchKind {

	/** The values of what has no rate. */
	String ON_OR_OFF = "on or off";

	/**
	 * Returns what it can be switched to.
	 * @return the values, in words
	 */
	String values();

	/**
	 * Returns the targets that are known.
	 * @return the names, which are empty if any name is possible
	 */
	Collection<String> targets();

	/**
	 * Returns the change that a request asks for.
	 * @param request the request
	 * @param now the current settings
	 * @return the change
	 * @throws IllegalArgumentException with the reason if the target is unknown or the
	 * value is invalid
	 */
	Change change(SwitchRequest request, Settings now);

	/**
	 * Returns a target if it is one of those that are known.
	 * @param target the target
	 * @return the target
	 * @throws IllegalArgumentException if it is unknown
	 */
	default String known(String target) {
		Collection<String> all = targets();
		if (!all.contains(target)) {
			throw new IllegalArgumentException("target must be one of " + all + ", but was '" + target + "'");
		}
		return target;
	}

	/**
	 * Returns what is off once targets are switched.
	 * @param <T> the type of the targets
	 * @param off what is off before
	 * @param targets the targets
	 * @param on whether they are switched on
	 * @return what is off
	 */
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
