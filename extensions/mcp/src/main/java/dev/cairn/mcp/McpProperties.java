package dev.cairn.mcp;

import java.util.List;
import java.util.regex.Pattern;

import dev.cairn.spring.core.InvalidProperty;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * Properties of the MCP endpoint.
 *
 * @param enabled Whether to record recent messages and failures, and to serve the MCP
 * endpoint.
 * @param allowedHosts Hosts as in the Host header, such as ops.example.com, by which
 * other machines may reach the endpoint. By default, only this machine may.
 * @param messages Number of recent requests, and of other recent messages, to keep in
 * memory.
 */
@ConfigurationProperties(McpProperties.PREFIX)
record McpProperties(@DefaultValue("false") boolean enabled, @DefaultValue List<String> allowedHosts,
		@DefaultValue("500") int messages) {

	static final String PREFIX = "cairn.mcp";

	private static final int MAX_MESSAGES = 10_000;

	/** A name or an address, with or without a port. */
	private static final Pattern HOST = Pattern.compile("(?:[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(?::[0-9]{1,5})?");

	Access toAccess() {
		for (int i = 0; i < this.allowedHosts.size(); i++) {
			if (!HOST.matcher(this.allowedHosts.get(i)).matches()) {
				throw new InvalidConfigurationPropertyValueException(PREFIX + ".allowed-hosts[" + i + "]",
						this.allowedHosts.get(i),
						"It must be a host, such as ops.example.com or ops.example.com:8080.");
			}
		}
		return new Access(this.allowedHosts);
	}

	int checkedMessages() {
		InvalidProperty.requireRange(PREFIX + ".messages", this.messages, this.messages, 1, MAX_MESSAGES);
		return this.messages;
	}

}
