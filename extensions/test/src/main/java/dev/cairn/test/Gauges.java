package dev.cairn.test;

import java.util.List;
import java.util.Map;

/**
 * Reads gauges.
 */
@FunctionalInterface
interface Gauges {

	/** Returns the values of the gauges that have the name and the tags. */
	List<Double> read(String name, Map<String, String> tags);

}
