package dev.cairn.console;

import java.util.Objects;

import dev.cairn.spring.core.ConditionalOnCairn;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.context.annotation.Bean;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for peers of the console that Spring
 * Cloud's discovery finds. It is not asked unless {@code cairn.console.discovery.service}
 * is set.
 */
@AutoConfiguration(before = ConsoleAutoConfiguration.class)
@ConditionalOnCairn("console")
@ConditionalOnBooleanProperty("cairn.console.enabled")
@ConditionalOnClass(DiscoveryClient.class)
@ConditionalOnProperty("cairn.console.discovery.service")
@EnableConfigurationProperties(DiscoveryProperties.class)
public final class ConsoleDiscoveryAutoConfiguration {

	@Bean
	InstanceSource cairnConsoleDiscoveredInstances(DiscoveryProperties properties, DiscoveryClient client) {
		return new DiscoveredInstances(client, Objects.requireNonNull(properties.service()), properties.checkedPath(),
				properties.toCredentials());
	}

}
