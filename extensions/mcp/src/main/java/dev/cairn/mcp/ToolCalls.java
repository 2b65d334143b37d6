package dev.cairn.mcp;

import java.util.Map;

import dev.cairn.internal.Extensions;
import dev.cairn.redaction.Redactor;
import org.jspecify.annotations.Nullable;

/**
 * Calls tools. An exception of a tool is isolated, counted and logged. Thread-safe.
 *
 * @param extensions isolates failures
 * @param redactor masks what an error quotes of the arguments
 */
record ToolCalls(Extensions extensions, Redactor redactor) {

	private static final String FAILED = "The tool has failed. The log of the service has the reason.";

	Outcome call(Tool tool, @Nullable Map<String, Object> values) {
		Outcome outcome = this.extensions.get("MCP tool " + tool.name(), () -> {
			try {
				Arguments arguments = new Arguments((values != null) ? values : Map.of());
				arguments.require(tool.arguments().keySet());
				return new Outcome(tool.call(arguments), false);
			}
			catch (IllegalArgumentException ex) {
				return new Outcome(this.redactor.redact(String.valueOf(ex.getMessage())), true);
			}
		});
		return (outcome != null) ? outcome : new Outcome(FAILED, true);
	}

	/**
	 * The answer of a tool.
	 *
	 * @param text JSON, or the reason why there is none
	 * @param failed whether there is none
	 */
	record Outcome(String text, boolean failed) {
	}

}
