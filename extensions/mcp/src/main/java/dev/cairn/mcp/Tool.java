package dev.cairn.mcp;

import java.util.Map;
import java.util.Set;

/**
 * A tool of the MCP server. All tools only read. Thread-safe.
 */
interface Tool {

	/** Returns the name, by which assistants call the tool. */
	String name();

	/** Returns what assistants have to know to use the tool. */
	String description();

	/** Returns the JSON schemas of the arguments by name. */
	default Map<String, Object> arguments() {
		return Map.of();
	}

	/** Returns the names of the arguments that a call must have. */
	default Set<String> required() {
		return Set.of();
	}

	/**
	 * Calls the tool.
	 * @param arguments the arguments, which have no other names than those of the tool
	 * @return JSON of a bounded size
	 * @throws IllegalArgumentException if an argument is refused; the assistant gets the
	 * message
	 */
	String call(Arguments arguments);

}
