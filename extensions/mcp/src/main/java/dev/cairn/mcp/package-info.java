/**
 * A read-only MCP server over the telemetry of the application.
 */
@NullMarked
package dev.cairn.mcp;

import org.jspecify.annotations.NullMarked;
