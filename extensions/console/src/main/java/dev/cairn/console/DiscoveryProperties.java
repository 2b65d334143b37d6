package dev.cairn.console;

import dev.cairn.spring.core.InvalidProperty;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The peers of the console that Spring Cloud's discovery finds.
 *
 * @param service Name of the service in the discovery whose instances are peers. By
 * default, the discovery is not asked.
 * @param path Path of the actuator of each instance.
 * @param username User to read them as.
 * @param password Password of this user.
 * @param token Bearer token to read them with.
 */
@ConfigurationProperties("cairn.console.discovery")
record DiscoveryProperties(@Nullable String service, @DefaultValue("/actuator") String path, @Nullable String username,
		@Nullable String password, @Nullable String token) {

	private static final String PREFIX = "cairn.console.discovery";

	String checkedPath() {
		return InvalidProperty.check(PREFIX + ".path", this.path, () -> {
			if (!this.path.matches("(/[A-Za-z0-9._~-]+)*/?")) {
				throw new IllegalArgumentException("It must be a path, such as /actuator.");
			}
			return this.path;
		});
	}

	Credentials toCredentials() {
		return Credentials.of(PREFIX, this.username, this.password, this.token);
	}

	@Override
	public String toString() {
		return String.valueOf(this.service);
	}

}
